"""How far behind the letters are, and what has to leave before another."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ScalarSelect, func, select

from portal.database import db
from portal.notifications.models import IS_HELD, IS_PENDING, LIVE, PRIORITIES, Letter


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


def decision_held(idea_id: int, reader_id: int, kinds: Collection[str]) -> datetime | None:
    """When the letter with a decision about somebody's idea is due, if it has not left."""
    held = select(func.max(Letter.next_at)).where(Letter.idea_id == idea_id, Letter.recipient_id == reader_id)
    return db.session.scalar(held.where(Letter.kind.in_(kinds), Letter.state.in_(LIVE)))
