"""How far behind the relay is."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from portal.database import db
from portal.outbox.models import IS_OPEN, Fact


def oldest_due(now: datetime) -> datetime | None:
    """When the fact that has waited longest became due; None if nothing waits."""
    return db.session.scalar(select(func.min(Fact.next_at)).where(IS_OPEN, Fact.next_at <= now))
