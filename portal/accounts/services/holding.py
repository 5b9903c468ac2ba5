"""What a visitor wanted to do before signing in, kept until somebody does on that browser."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete

from portal.accounts.models import PendingAction
from portal.database import db, insert_ignore

HOLD_FOR = timedelta(days=7)


def hold(visitor: str, kind: str, target_id: int, now: datetime) -> None:
    """Keep an intent for seven days. A second click changes nothing."""
    values = {"visitor": visitor, "kind": kind, "target_id": target_id, "created_at": now, "expires_at": now + HOLD_FOR}
    db.session.execute(insert_ignore(PendingAction.__table__).values(**values))


def release(visitor: str, now: datetime) -> list[PendingAction]:
    """Take everything held for a visitor; of two callers at once one gets each action."""
    taken = db.session.scalars(
        delete(PendingAction).where(PendingAction.visitor == visitor).returning(PendingAction)
    ).all()
    return sorted((action for action in taken if action.expires_at > now), key=lambda action: action.id)
