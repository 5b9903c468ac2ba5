"""Limits counted in the database, so that they hold while Redis is away."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, select

from portal.accounts.models import RateHit
from portal.database import db
from portal.errors import TooMany

LIMITS = {  # name: (uses, seconds)
    "code:account": (6, 3600),
    "code:address": (60, 3600),  # a school sits behind one address
    "password:account": (10, 300),
    "password:address": (60, 300),
    "idea:account": (20, 3600),
    "comment:account": (30, 3600),
    "vote:account": (120, 600),
}


def take(name: str, who: str, now: datetime) -> None:
    """Use one of `who`'s chances at `name`. Raises TooMany when the window is full.

    Counted and written in the caller's transaction.
    """
    uses, seconds = LIMITS[name]
    key = f"{name}:{who}"
    recent = select(func.count(), func.min(RateHit.at)).where(
        RateHit.key == key, RateHit.at > now - timedelta(seconds=seconds)
    )
    count, first = db.session.execute(recent).one()
    if count >= uses:
        raise TooMany(int(seconds - (now - first).total_seconds()) + 1)
    db.session.add(RateHit(key=key, at=now))


def forget(name: str, who: str) -> None:
    """A success clears the count."""
    db.session.execute(delete(RateHit).where(RateHit.key == f"{name}:{who}"))


def sweep(now: datetime) -> None:
    """Delete what no window looks at any more."""
    longest = max(seconds for _, seconds in LIMITS.values())
    db.session.execute(delete(RateHit).where(RateHit.at < now - timedelta(seconds=longest)))
