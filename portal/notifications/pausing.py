"""Stopping the post by hand: one row, seen by every process. What somebody waits for at this moment still goes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select

from portal.database import db, insert_ignore
from portal.notifications.models import LetterPause

ONLY = 1  # the id of the only row there can be


def pause() -> LetterPause | None:
    """Since when and by whom, or None if letters go out."""
    return db.session.scalar(select(LetterPause).where(LetterPause.id == ONLY))


def begin(by_id: int, now: datetime) -> bool:
    """False if it was so already."""
    row = insert_ignore(LetterPause.__table__).values(id=ONLY, by_id=by_id, at=now).returning(LetterPause.id)
    return db.session.scalar(row) is not None


def end() -> bool:
    """False if nothing was stopped."""
    return db.session.scalar(delete(LetterPause).returning(LetterPause.id)) is not None
