"""How the work is spread and how long it takes: a board of fairness, not of winners."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import and_, func, select
from sqlalchemy.orm import aliased

from portal.accounts.models import Member
from portal.database import db
from portal.moderation.models import Appeal, Case, Decision
from portal.moderation.queries.cases import OPEN, Where
from portal.moderation.queries.decisions import median

MEASURED = 5000
"""At most so many of the latest decisions are looked at."""
ANSWER = aliased(Decision)


@dataclass(frozen=True)
class Load:
    """What one moderator did in a while. Times are medians; none where there is nothing to measure."""

    name: str
    decisions: int
    undone: int
    appealed: int
    overturned: int
    first_look: timedelta | None
    decision: timedelta | None


@dataclass(frozen=True)
class UnitLoad:
    """What one unit has before it, and how long its authors wait."""

    unit_id: int | None
    open: int
    late: int
    decided: int
    wait: timedelta | None


def loads(scope: Where, since: datetime) -> list[Load]:
    """By moderator, in the order of their names: a board of fairness, not of winners."""
    rows = db.session.execute(
        select(
            Member.display_name,
            Decision.undone_at,
            Appeal.id.label("appeal_id"),
            ANSWER.outcome.label("answer"),
            Case.created_at,
            Case.first_seen_at,
            Decision.decided_at,
        )
        .join(Decision, Decision.moderator_id == Member.id)
        .join(Case, Case.id == Decision.case_id)
        .outerjoin(Appeal, Appeal.decision_id == Decision.id)
        .outerjoin(ANSWER, and_(ANSWER.case_id == Appeal.case_id, ANSWER.undone_at.is_(None)))
        .where(Decision.decided_at > since, *scope)
        .order_by(Decision.id.desc())  # before the limit, or names late in the alphabet fall off the board
        .limit(MEASURED)
    )
    by_name: Callable[[Any], str] = attrgetter("display_name")
    return [_load(name, list(theirs)) for name, theirs in groupby(sorted(rows, key=by_name), key=by_name)]


def _load(name: str, rows: Sequence[Any]) -> Load:
    return Load(
        name,
        decisions=len(rows),
        undone=sum(row.undone_at is not None for row in rows),
        appealed=sum(row.appeal_id is not None for row in rows),
        overturned=sum(row.answer == "approve" for row in rows),
        first_look=median(row.first_seen_at - row.created_at for row in rows if row.first_seen_at),
        decision=median(row.decided_at - row.created_at for row in rows),
    )


def unit_loads(scope: Where, since: datetime, now: datetime) -> list[UnitLoad]:
    """By unit, the one with most before it first."""
    waiting = select(Case.unit_id, func.count(), func.count().filter(Case.due_at <= now)).where(OPEN, *scope)
    before = {unit: (total, late) for unit, total, late in db.session.execute(waiting.group_by(Case.unit_id))}
    rows = db.session.execute(
        select(Case.unit_id, Case.created_at, Decision.decided_at)
        .join(Decision, Decision.case_id == Case.id)
        .where(Decision.decided_at > since, Decision.undone_at.is_(None), *scope)
        .order_by(Decision.id.desc())
        .limit(MEASURED)
    ).all()
    waits: dict[int | None, list[timedelta]] = {unit: [] for unit in before}
    for row in rows:
        waits.setdefault(row.unit_id, []).append(row.decided_at - row.created_at)
    found = [UnitLoad(unit, *before.get(unit, (0, 0)), len(took), median(took)) for unit, took in waits.items()]
    return sorted(found, key=lambda one: (-one.late, -one.open, -one.decided))


def appeals(scope: Where, since: datetime) -> tuple[int, int, int]:
    """How many were made, answered, and led to another decision."""
    counts = (
        select(func.count(), func.count(ANSWER.id), func.count().filter(ANSWER.outcome == "approve"))
        .select_from(Appeal)
        .join(Case, Case.id == Appeal.case_id)
        .outerjoin(ANSWER, and_(ANSWER.case_id == Appeal.case_id, ANSWER.undone_at.is_(None)))
        .where(Appeal.at > since, *scope)
    )
    made, answered, changed = db.session.execute(counts).one()
    return made, answered, changed
