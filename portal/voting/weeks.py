"""Support of an idea week by week, so that small numbers tell of nobody."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import case, func, select

from portal.database import db
from portal.settings import ZONE
from portal.voting.models import Vote

WEEKS = 12
FEW = 5
"""Support of a week is counted from here on: a smaller number could tell who it was."""
KEEP_SECONDS, KEEP_IDEAS = 60.0, 2_000
_kept: WeakKeyDictionary[Any, dict[int, tuple[date, float, list[int]]]] = WeakKeyDictionary()


@dataclass(frozen=True)
class Week:
    """From Monday to Sunday in Vietnam; `votes` None says only that they are fewer than FEW."""

    monday: date
    votes: int | None


def by_week(idea_id: int, now: datetime, clock: Callable[[], float] = time.monotonic) -> list[Week]:
    """Support of an idea in the last twelve weeks, this one last: what still stands, by when it was given.

    Counting reads all the votes of the idea in that time, so each process counts once a minute.
    """
    today = now.astimezone(ZONE).date()
    monday, kept = today - timedelta(days=today.weekday()), _kept.setdefault(db.engine, {})
    known = kept.get(idea_id)
    if known is None or known[0] != monday or clock() - known[1] > KEEP_SECONDS:
        if len(kept) >= KEEP_IDEAS:
            kept.clear()
        known = kept[idea_id] = monday, clock(), _count(idea_id, monday)
    weeks = range(WEEKS - 1, -1, -1)
    return [
        Week(monday - timedelta(weeks=ago), votes if votes >= FEW else None)
        for ago, votes in zip(weeks, known[2], strict=True)
    ]


def _count(idea_id: int, monday: date) -> list[int]:
    """The oldest week first. One query, along the key of the table."""
    begin = datetime.combine(monday, datetime.min.time(), ZONE)
    begins = [begin - timedelta(weeks=ago) for ago in range(WEEKS - 1, -1, -1)]
    week = case(*((Vote.created_at >= begins[n], n) for n in range(WEEKS - 1, 0, -1)), else_=0)
    counted = select(week, func.count()).where(Vote.idea_id == idea_id, Vote.created_at >= begins[0]).group_by(week)
    found: dict[int, int] = dict(db.session.execute(counted).all())
    return [found.get(n, 0) for n in range(WEEKS)]
