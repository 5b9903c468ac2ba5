"""Addresses that letters come back from: counted, given up, proven again. Kept as keyed hashes, never as addresses."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import lru_cache, partial

from sqlalchemy import delete, select, update

from portal.accounts import secrets
from portal.accounts.models import SignInAttempt
from portal.database import db, insert_ignore
from portal.notices import services as notices
from portal.notifications.lookups import Lookup
from portal.notifications.models import Letter, ReturnedMail
from portal.notifications.recipients import READERS

HARD, SOFT = 2, 5
"""So many returns for good, or for the time being, and an address is dead. One alone may be a server's bad day."""
FORGIVEN_AFTER = timedelta(days=14)
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


def note_letter(letter_id: int, now: datetime, *, hard: bool | None, code: str, text: str) -> None:
    """A letter came back: say so in its row, and count it (`note_return`)."""
    letter = db.session.get(Letter, letter_id, populate_existing=True)
    if letter is None or letter.address_key is None:
        return
    letter.last_text = f"returned: {code} {text}"[:500]
    note_return(letter, letter.address_key, now, hard=hard, code=code, text=text)


def note_return(letter: Letter, key: str, now: datetime, *, hard: bool | None, code: str, text: str) -> bool:
    """Count a letter that came back, or was refused, once however often it is reported; True if that was one too many.

    Its reader is told in the portal once the address is given up. `hard` None says nothing of the address.
    """
    first = update(Letter).where(Letter.id == letter.id, Letter.returned_at.is_(None)).values(returned_at=now)
    counts = db.session.scalar(first.returning(Letter.id).execution_options(synchronize_session=False)) is not None
    if hard is None or not counts or not note(key, now, hard=hard, code=code, text=text):
        return False
    if letter.recipient_id is not None:
        notices.tell([letter.recipient_id], "mail_returned", f"mail_returned:{now:%Y-%m-%dT%H:%M}")
    return True


def is_dead(secret_key: str, address: str) -> bool:
    """True if letters to it come back, and nobody has typed a code sent there since."""
    row = next(iter(DEAD.rows(key_of(secret_key, address), of=partial(_key_of_reader, secret_key))), None)
    if row is None:
        return False
    proof = select(SignInAttempt.id).where(SignInAttempt.email == address, SignInAttempt.code_ok_at > row.dead_at)
    return db.session.scalar(proof.limit(1)) is None


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
    proven = select(SignInAttempt.email, SignInAttempt.code_ok_at).where(SignInAttempt.code_ok_at.is_not(None))
    for address, moment in db.session.execute(proven):
        db.session.execute(
            delete(ReturnedMail).where(ReturnedMail.key == key_of(secret_key, address), ReturnedMail.dead_at < moment)
        )
