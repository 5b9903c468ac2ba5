"""The steps of a letter under way. Nothing here touches the network.

Every change names its owner and the states it may come from, so a worker that is late cannot overwrite what a
newer owner did. The statements are made once: making one costs more than executing it.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Table, Update, bindparam, or_, update

from portal.database import ask
from portal.notices.models import Notice
from portal.notifications.failures import Failure
from portal.notifications.message import Answer
from portal.notifications.models import STEPS, Letter
from portal.notifications.services.judging import after

LETTER: Table = Letter.__table__  # type: ignore[assignment]  # it is one
_OURS = LETTER.c.owner == bindparam("by")
_OURS_OR_FREE = or_(_OURS, LETTER.c.state != "sending")
_RESULT = ("last_code", "last_text", "attempts")


def _step(state: str, columns: tuple[str, ...] = (), who: Any = _OURS) -> Update:
    """Moves a letter to a state, from those that STEPS allows, and sets these columns."""
    before = [old for old, following in STEPS.items() if state in following]
    from_there = or_(*(LETTER.c.state == old for old in before))  # IN would be written anew each time it is asked
    step = update(LETTER).where(LETTER.c.id == bindparam("letter_id"), from_there, who)
    return step.values(state=state, **{column: bindparam(f"new_{column}") for column in columns})


_FREED = (*_RESULT, "owner", "lease_until", "next_at", "repeat_risk", "put_off_at")
_SENDING = _step("sending", ("lease_until", "address_key"))
_SENT = _step("sent", (*_RESULT, "sent_at", "address_key"), _OURS_OR_FREE)
_PUT_OFF = _step("pending", ("owner", "lease_until", "next_at", "last_text"))
_CANCELLED = _step("cancelled", ("last_text",))
_NOTICE: Table = Notice.__table__  # type: ignore[assignment]
_ITS = (_NOTICE.c.member_id == bindparam("reader"), _NOTICE.c.letter_id == bindparam("told_in"))
_FREE = update(_NOTICE).where(*_ITS).values(letter_id=None)
_FAILED = {state: _step(state, _FREED) for state in ("pending", "dead", "uncertain")}


def mark_sending(letter: Letter, owner: str, lease: int, now: datetime, address_key: str | None = None) -> bool:
    """Commit this just before a message leaves that must not come twice. False: somebody else has the letter now."""
    return _move(_SENDING, letter, owner, lease_until=now + timedelta(seconds=lease), address_key=address_key)


def put_off(letter: Letter, owner: str, seconds: float, why: str, now: datetime) -> bool:
    """Back to the others, unharmed, and not before so many seconds."""
    due = now + timedelta(seconds=seconds)
    return _move(_PUT_OFF, letter, owner, owner=None, lease_until=None, next_at=due, last_text=why)


def mark_sent(letter: Letter, owner: str, answer: Answer, now: datetime, address_key: str | None = None) -> bool:
    """The server has it. That stays true if our lease has lapsed, so it also stops a second sending not yet begun."""
    said = {"last_code": answer[0], "last_text": answer[1].decode("utf-8", "replace").replace("\0", "")[:500]}
    known = {"sent_at": now, "attempts": letter.attempts + 1, "address_key": address_key}
    return _move(_SENT, letter, owner, **said, **known)


def mark_failed(letter: Letter, owner: str, failure: Failure, now: datetime) -> bool:
    """Try again later, or never, by what the failure says of the letter."""
    values = after(letter, failure, now)
    return _move(_FAILED[values.pop("state")], letter, owner, **values)


def cancel(letter: Letter, owner: str, why: str) -> bool:
    return _move(_CANCELLED, letter, owner, last_text=why)


def leave_untold(letter: Letter, owner: str, why: str) -> bool:
    """What this one would have told goes into the daily letter, or into none as long as nobody can be written to."""
    ours = cancel(letter, owner, why)
    if ours:
        ask(_FREE, {"told_in": letter.id, "reader": letter.recipient_id})
    return ours


def _move(step: Update, letter: Letter, by: str, **values: Any) -> bool:
    """Take the step if the letter still is where it may be taken from; say whether it was."""
    new = {f"new_{column}": value for column, value in values.items()}
    return bool(ask(step, {"letter_id": letter.id, "by": by, **new}).rowcount)
