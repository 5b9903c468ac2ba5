"""Addresses that letters come back from: counted, given up, proven again. Kept as keyed hashes, never as addresses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import lru_cache, partial
from typing import Any

from sqlalchemy import case, delete, func, select, tuple_, update

from portal.accounts import secrets
from portal.accounts.consents import Guardianship
from portal.accounts.models import Member, SignInAttempt
from portal.accounts.queries import mailbox_of
from portal.database import db, insert_ignore, portions
from portal.notices import services as notices
from portal.notifications.bounces import Returned
from portal.notifications.lookups import Lookup
from portal.notifications.models import Letter, ReturnedMail
from portal.notifications.recipients import READERS

HARD, SOFT = 2, 5
"""So many returns for good, or for the time being, and an address is dead. One alone may be a server's bad day."""
FORGIVEN_AFTER = timedelta(days=14)
ASK_GUARDIAN = ("guardian_request", "guardian_reminder")
DEAD = Lookup(select(ReturnedMail.dead_at).where(ReturnedMail.dead_at.is_not(None)), key=ReturnedMail.key)


@lru_cache(maxsize=64)  # a letter asks several times
def key_of(secret_key: str, address: str) -> str:
    return secrets.keyed(secret_key, "mail address", address)


def note(key: str, now: datetime, *, hard: bool, code: str, text: str) -> bool:
    """Count a letter that came back; True if that was one too many. Old troubles do not count any more."""
    db.session.execute(insert_ignore(ReturnedMail.__table__).values(key=key, soft=0, hard=0, last_at=now))
    found = select(ReturnedMail).where(ReturnedMail.key == key).with_for_update()
    row = db.session.scalars(found.execution_options(populate_existing=True)).one()
    if now - row.last_at > FORGIVEN_AFTER:
        row.soft, row.hard = 0, 0
    row.hard, row.soft = row.hard + hard, row.soft + (not hard)
    row.last_at, row.last_code, row.last_text = now, code[:12], text[:500]
    dies = row.dead_at is None and (row.hard >= HARD or row.soft >= SOFT)
    if dies:
        row.dead_at = now
    return dies


def note_letter(secret_key: str, found: Returned, now: datetime) -> None:
    """A letter came back: say so in its row, and count it (`note_return`)."""
    letter = db.session.get(Letter, found.letter_id, populate_existing=True)
    if letter is None or letter.address_key is None:
        return
    letter.last_text = f"returned: {found.code} {found.text}"[:500]
    note_return(secret_key, letter, letter.address_key, found, now)


def note_return(secret_key: str, letter: Letter, key: str, found: Returned, now: datetime) -> bool:
    """Count a letter that came back, or was refused, once however often it is reported; True if that was one too many.

    Whose mailbox it is hears of it in the portal once the address is given up; a child, as soon as the guardian cannot
    be asked.
    """
    first = update(Letter).where(Letter.id == letter.id, Letter.returned_at.is_(None)).values(returned_at=now)
    counts = db.session.scalar(first.returning(Letter.id).execution_options(synchronize_session=False)) is not None
    if found.hard is None or not counts:
        return False
    gives_up = note(key, now, hard=found.hard, code=found.code, text=found.text)
    asks = letter.kind in ASK_GUARDIAN
    if (gives_up or (asks and found.hard)) and (reader := _whose(secret_key, letter, key)) is not None:
        kind = "guardian_unreached" if asks else "mail_returned"
        notices.tell([reader], kind, f"{kind}:{letter.id}", thread=kind)
    return gives_up


def _whose(secret_key: str, letter: Letter, key: str) -> int | None:
    """The member whose letters go to this address today; it may not be the letter's reader's any more.

    A code has no reader yet, but it goes to an address that may be a member's.
    """
    found = select(Member).where(Member.id == letter.recipient_id)
    if letter.recipient_id is None:
        attempts = select(SignInAttempt.email).where(SignInAttempt.id == letter.payload.get("attempt_id"))
        found = select(Member).where(Member.email == attempts.scalar_subquery())
    reader = db.session.scalar(found)
    address = mailbox_of(reader).address if reader else None
    return reader.id if reader and address and key_of(secret_key, address) == key else None


def at_sign_in(secret_key: str, address: str) -> tuple[datetime, bool] | None:
    """Of an address that was given up: since when, and whether it is tried again from now on, since a code proved it."""
    key = key_of(secret_key, address)
    since = db.session.scalar(select(ReturnedMail.dead_at).where(ReturnedMail.key == key))
    if since is None:
        return None
    works = not is_dead(secret_key, address)
    if works:
        revive(key)
    return since, works


def is_refused(secret_key: str, address: str) -> bool:
    """Whether a letter to it came back for good, be it only one, or too many did for the time being."""
    no_good = (ReturnedMail.hard > 0) | ReturnedMail.dead_at.is_not(None)
    one = select(ReturnedMail.key).where(ReturnedMail.key == key_of(secret_key, address), no_good)
    return db.session.scalar(one) is not None


def is_dead(secret_key: str, address: str) -> bool:
    """True if letters to it come back, and nobody has typed a code sent there since."""
    row = next(iter(DEAD.rows(key_of(secret_key, address), of=partial(_key_of_reader, secret_key))), None)
    return row is not None and bool(_unproven({address: row.dead_at}))


def reachable(secret_key: str, members: Sequence[int]) -> list[int]:
    """Those of some members who have a mailbox from which nothing comes back; of a child it is the guardian's."""
    box = case((Member.purposes.is_(None), Member.email), else_=Guardianship.email)
    asked = select(Member.id, box).outerjoin(Guardianship, Guardianship.member_id == Member.id)
    boxes: dict[int, str | None] = dict(db.session.execute(asked.where(Member.id.in_(members))).all())
    dead = DEAD.ask({key_of(secret_key, address) for address in boxes.values() if address})
    lost = _unproven(
        {address: row.dead_at for address in boxes.values() if address for row in dead[key_of(secret_key, address)]}
    )
    return [member_id for member_id in members if boxes.get(member_id) and boxes[member_id] not in lost]


def _unproven(dead: Mapping[str, datetime]) -> set[str]:
    """Those of some addresses, given up at these times, at which nobody has typed a code since."""
    typed = select(SignInAttempt.email, func.max(SignInAttempt.code_ok_at)).group_by(SignInAttempt.email)
    typed = typed.where(SignInAttempt.email.in_(dead), SignInAttempt.code_ok_at.is_not(None))
    last: dict[str, Any] = {row[0]: row[1] for row in db.session.execute(typed)} if dead else {}
    return {address for address, since in dead.items() if address not in last or last[address] <= since}


def _key_of_reader(secret_key: str, letter: Letter) -> str | None:
    """Where a letter most probably goes."""
    reader = READERS.first(letter.recipient_id)
    return key_of(secret_key, reader.email) if reader and reader.email else None


def revive(key: str) -> None:
    """Its owner says it works: try again."""
    db.session.execute(delete(ReturnedMail).where(ReturnedMail.key == key))


def sweep(secret_key: str, now: datetime) -> None:
    """Forget troubles nobody has had for long, and those of addresses that a typed code has proven since."""
    old = ReturnedMail.dead_at.is_(None) & (ReturnedMail.last_at < now - FORGIVEN_AFTER)
    db.session.execute(delete(ReturnedMail).where(old))
    typed = select(SignInAttempt.email, func.max(SignInAttempt.code_ok_at)).group_by(SignInAttempt.email)
    typed = typed.where(SignInAttempt.code_ok_at.is_not(None))
    proven: dict[str, Any] = {key_of(secret_key, address): moment for address, moment in db.session.execute(typed)}
    for keys in portions(list(proven)):
        given_up = (ReturnedMail.key, ReturnedMail.dead_at)
        dead = db.session.execute(select(*given_up).where(given_up[0].in_(keys), given_up[1].is_not(None)))
        if works := [(key, dead_at) for key, dead_at in dead if dead_at < proven[key]]:
            db.session.execute(delete(ReturnedMail).where(tuple_(*given_up).in_(works)))
