"""How far behind the letters are."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from portal.database import db
from portal.notifications.models import IS_HELD, IS_PENDING, Letter


def oldest_due(now: datetime) -> datetime | None:
    """Since when the letter that has waited longest could have been taken in hand; None if nothing waits."""
    due = select(func.min(Letter.next_at)).where(IS_PENDING, Letter.next_at <= now)
    lapsed = select(func.min(Letter.lease_until)).where(IS_HELD, Letter.lease_until < now)
    return min((moment for moment in (db.session.scalar(due), db.session.scalar(lapsed)) if moment), default=None)
