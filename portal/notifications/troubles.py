"""What keeps all letters here, for whoever looks into the ledger: one row, seen by every process, gone with the trouble."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select, update

from portal.database import db, insert_ignore
from portal.notifications.models import LetterTrouble

ONLY = 1  # the id of the only row there can be
LONGEST = 500  # characters


def standing() -> bool:
    return db.session.scalar(select(LetterTrouble.id).where(LetterTrouble.id == ONLY)) is not None


def note(words: str, now: datetime) -> None:
    """The server would not talk to us, and said this. It began with the first time."""
    words = words[:LONGEST]
    db.session.execute(insert_ignore(LetterTrouble.__table__).values(id=ONLY, at=now, text=words))
    db.session.execute(update(LetterTrouble).where(LetterTrouble.text != words).values(text=words))


def end() -> None:
    db.session.execute(delete(LetterTrouble))
