"""What nobody needs any more is not kept: attempts with addresses in them, held clicks, old counts."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete

from portal.accounts import limits
from portal.accounts.models import IdempotencyKey, PendingAction, RaisedLimit, SignInAttempt, SignInSession
from portal.accounts.phones import Phone
from portal.database import db

DAY, MONTH = timedelta(days=1), timedelta(days=30)


def sweep(now: datetime) -> None:
    """For the scheduler, about once an hour; run twice it does no harm."""
    limits.sweep(now)
    for model, old in (
        (SignInAttempt, SignInAttempt.expires_at < now - DAY),
        (PendingAction, PendingAction.expires_at < now),
        (RaisedLimit, RaisedLimit.until < now - 3 * MONTH),
        (Phone, Phone.verified_at.is_(None) & (Phone.expires_at < now - DAY)),
        (SignInSession, SignInSession.last_seen_at < now - MONTH),
        (IdempotencyKey, IdempotencyKey.created_at < now - DAY),
    ):
        db.session.execute(delete(model).where(old))
