"""The whole bank in figures. Counting it reads every rank row, so each process counts once a minute."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import func, select

from portal.database import db
from portal.ideas import states
from portal.ideas.models import IdeaRank
from portal.ideas.queries.filters import Filters
from portal.units.models import Field
from portal.units.queries import reference

KEEP_SECONDS = 60.0


@dataclass(frozen=True)
class Facts:
    """What the bank has come to: outcomes first, the number of ideas last."""

    realised: int
    in_progress: int
    provinces: int
    public_total: int


@dataclass(frozen=True)
class Overview:
    """Public ideas counted by status, field, province and unit. `by_province` has those alone that have some."""

    by_status: Counter[str]
    by_field: Counter[int]
    by_province: Counter[int]
    cells: Counter[tuple[str, int, int | None]]


_counting = Lock()
_kept: WeakKeyDictionary[Any, tuple[float, Overview]] = WeakKeyDictionary()


def facts() -> Facts:
    """For the front page; at most a minute old."""
    return _facts(overview())


def facts_of(*, field_id: int | None = None, unit_id: int | None = None) -> Facts:
    """The same of one field, or of one unit with all below it."""
    covered = reference().covered(unit_id) if unit_id else None
    cells = {
        cell: number
        for cell, number in overview().cells.items()
        if field_id in {None, cell[1]} and (covered is None or cell[2] in covered)
    }
    return _facts(_summed(Counter(cells)))


def _facts(whole: Overview) -> Facts:
    return Facts(
        realised=whole.by_status["realised"],
        in_progress=whole.by_status["in_progress"],
        provinces=len(whole.by_province),
        public_total=whole.by_status.total(),
    )


def busy_fields(count: int = 7) -> list[Field]:
    """The fields with most ideas, ties in the fields' own order; shown as chips. 'Other' is never one of them."""
    by_field = overview().by_field
    named = [field for field in reference().fields if field.code != "khac"]
    busiest = sorted(named, key=lambda field: -by_field[field.id])[:count]
    return sorted(busiest, key=lambda field: field.position)


def field_counts(filters: Filters, sort: str) -> Counter[int] | None:
    """How many ideas each field would show, its own filter aside; None where only counting anew could tell."""
    if filters.q or filters.campaign_id or filters.language or sort == "unseen":
        return None
    whole = overview()
    if not filters.status and not filters.unit_id:
        return whole.by_field
    counts: Counter[int] = Counter()
    covered = reference().covered(filters.unit_id) if filters.unit_id else None
    for (status, field_id, unit_id), number in whole.cells.items():
        if filters.status in {None, status} and (covered is None or unit_id in covered):
            counts[field_id] += number
    return counts


def last_count(filters: Filters, sort: str) -> int:
    """How many ideas such a list had when somebody last counted the bank; 0 if nobody has, or not in such parts."""
    if sort == "unseen" or db.engine not in _kept:
        return 0
    if filters.field_id and filters == Filters(field_id=filters.field_id):
        return overview().by_field[filters.field_id]
    if filters != Filters(status=filters.status):
        return 0
    by_status = overview().by_status
    return by_status[filters.status] if filters.status else by_status.total()


def overview(clock: Callable[[], float] = time.monotonic) -> Overview:
    """One query, at most once a minute for each database.

    While one thread counts the others go on with what is known: sixteen that counted two million ideas at once took
    longer than a page may ask.
    """
    engine = db.engine
    kept = _kept.get(engine)
    if kept and (clock() - kept[0] <= KEEP_SECONDS or not _counting.acquire(blocking=False)):
        return kept[1]
    if not kept:
        _counting.acquire()
    try:
        latest = _kept.get(engine)
        if latest is None or latest is kept:  # else somebody has counted while this one waited
            latest = _kept[engine] = clock(), _count()
        return latest[1]
    finally:
        _counting.release()


def forget() -> None:
    """After a change of what is public: this process shows it at once, the others within a minute."""
    _kept.clear()


def _count() -> Overview:
    keys = (IdeaRank.status, IdeaRank.field_id, IdeaRank.unit_id)
    rows = db.session.execute(select(*keys, func.count()).where(IdeaRank.status.in_(states.PUBLIC)).group_by(*keys))
    return _summed(Counter({(status, field_id, unit_id): number for status, field_id, unit_id, number in rows}))


def _summed(cells: Counter[tuple[str, int, int | None]]) -> Overview:
    """What a school or a commune has belongs to its province; what central bodies have, to none."""
    by_status: Counter[str] = Counter()
    by_field: Counter[int] = Counter()
    by_unit: Counter[int | None] = Counter()
    for (status, field_id, unit_id), number in cells.items():
        by_status[status] += number
        by_field[field_id] += number
        by_unit[unit_id] += number
    by_province: Counter[int] = Counter()
    for unit_id, number in by_unit.items():
        place = reference().place(unit_id)
        if place is not None and place.kind == "province":
            by_province[place.id] += number
    return Overview(by_status, by_field, by_province, cells)
