"""The steps of a letter under way. Nothing here touches the network.

Every change names its owner and the states it may come from, so a worker that is late cannot overwrite what a
newer owner did.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, update

from portal import database
from portal.database import db
from portal.notifications.failures import Failure
from portal.notifications.models import STEPS, Letter
from portal.notifications.services.judging import after


def mark_sending(letter: Letter, owner: str, lease: int, now: datetime, address_key: str | None = None) -> bool:
    """Commit this just before the message leaves. False: somebody else has the letter now."""
    return _move(letter, owner, "sending", lease_until=now + timedelta(seconds=lease), address_key=address_key)


def put_off(letter: Letter, owner: str, seconds: float, why: str) -> bool:
    """Back to the others, unharmed, and not before so many seconds."""
    due = database.now() + timedelta(seconds=seconds)
    return _move(letter, owner, "pending", owner=None, lease_until=None, next_at=due, last_text=why)


def mark_sent(letter: Letter, owner: str, code: int, text: str) -> bool:
    """The server has it. That stays true if our lease has lapsed, so it also stops a second sending not yet begun."""
    ours_or_free = or_(Letter.owner == owner, Letter.state != "sending")
    known = {"sent_at": database.now(), "attempts": letter.attempts + 1, "last_code": code, "last_text": text}
    return _move(letter, None, "sent", ours_or_free, **known)


def mark_failed(letter: Letter, owner: str, failure: Failure) -> bool:
    """Try again later, or never, by what the failure says of the letter."""
    return _move(letter, owner, **after(letter, failure, database.now()))


def cancel(letter: Letter, owner: str, why: str) -> bool:
    return _move(letter, owner, "cancelled", last_text=why)


def _move(letter: Letter, by: str | None, state: str, *conditions: Any, **values: Any) -> bool:
    """Change the state if the letter is still `by`'s and STEPS allows it; say whether it was."""
    step = update(Letter).where(
        Letter.id == letter.id, Letter.state.in_([old for old in STEPS if state in STEPS[old]]), *conditions
    )
    if by is not None:
        step = step.where(Letter.owner == by)
    step = step.values(state=state, **values).returning(Letter.id).execution_options(synchronize_session=False)
    return db.session.scalar(step) is not None
