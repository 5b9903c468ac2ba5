"""How far behind the letters are."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, func, select

from portal.database import db
from portal.notifications.models import IS_HELD, IS_PENDING, PRIORITIES, Letter


def oldest_due(now: datetime) -> datetime | None:
    """Since when the letter that has waited longest could have been taken in hand; None if nothing waits."""
    row = db.session.execute(select(*(due(priority, now) for priority in PRIORITIES), lapsed(now))).one()
    return min((moment for moment in row if moment), default=None)


def due(priority: int, now: datetime) -> ScalarSelect[Any]:
    """Since when the oldest due letter of a priority waits."""
    its = (Letter.priority == priority, IS_PENDING, Letter.next_at <= now)
    return select(func.min(Letter.next_at)).where(*its).scalar_subquery()


def lapsed(now: datetime) -> ScalarSelect[Any]:
    """Since when the longest lost sender is lost."""
    return select(func.min(Letter.lease_until)).where(IS_HELD, Letter.lease_until < now).scalar_subquery()
