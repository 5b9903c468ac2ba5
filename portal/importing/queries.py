"""Files of collected ideas as their sender sees them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select

from portal.accounts.models import Member
from portal.database import db
from portal.errors import Missing
from portal.ideas.models import Idea
from portal.importing.models import IS_RUNNING, SentFile, SentRow

PAGE = 50
FILES = 30


def of_member(member: Member) -> list[SentFile]:
    """What somebody sent lately, the latest first."""
    theirs = select(SentFile).where(SentFile.member_id == member.id).order_by(SentFile.id.desc()).limit(FILES)
    return list(db.session.scalars(theirs.execution_options(populate_existing=True)))


def show(file_id: int, member: Member) -> SentFile:
    """Raises Missing for what somebody else sent: papers say who wrote them."""
    theirs = select(SentFile).where(SentFile.id == file_id, SentFile.member_id == member.id)
    if file := db.session.scalar(theirs.execution_options(populate_existing=True)):
        return file
    raise Missing


def first_rows(file_id: int, limit: int) -> list[SentRow]:
    return list(db.session.scalars(_rows(file_id).limit(limit)))


def waiting_rows(file_id: int, limit: int) -> list[SentRow]:
    """Those nobody has judged yet."""
    waiting = _rows(file_id).where(SentRow.outcome.is_(None)).limit(limit)
    return list(db.session.scalars(waiting.execution_options(populate_existing=True)))


def counts(file_id: int) -> Counter[str]:
    """How many rows came to what; 'hints' are those added beside an idea like them, 'left' those to come."""
    outcome = func.coalesce(SentRow.outcome, "left")
    grouped = select(outcome, func.count(), func.count(SentRow.twin_id)).where(SentRow.file_id == file_id)
    counted: Counter[str] = Counter()
    for kind, number, hints in db.session.execute(grouped.group_by(outcome)):
        counted[kind] += number
        counted["hints"] += hints
    return counted


def results(file_id: int, kind: str, after: int = 0, limit: int | None = PAGE) -> Sequence[Any]:
    """Judged rows in order, each with the title of the idea like it; `kind` is an outcome, 'hints' or '' for all."""
    rows = (
        select(SentRow, Idea.title.label("twin"), Idea.status.label("twin_status"))
        .outerjoin(Idea, Idea.id == SentRow.twin_id)
        .where(SentRow.file_id == file_id, SentRow.number > after, SentRow.outcome.is_not(None))
        .order_by(SentRow.number)
    )
    if kind == "hints":
        rows = rows.where(SentRow.twin_id.is_not(None))
    elif kind:
        rows = rows.where(SentRow.outcome == kind)
    return db.session.execute(rows.limit(limit)).all()


def taken_rows(file_id: int) -> Sequence[Any]:
    """The rows that came to an idea so far: its `idea_id`, `number` of the row, `fingerprint` of the text."""
    rows = select(SentRow.idea_id, SentRow.number, Idea.external_id.label("fingerprint"))
    return db.session.execute(rows.join(Idea, Idea.id == SentRow.idea_id).where(SentRow.file_id == file_id)).all()


def added(file_id: int) -> list[int]:
    """The ideas that came of a file."""
    rows = select(SentRow.idea_id).where(SentRow.file_id == file_id, SentRow.outcome == "added")
    return [idea_id for idea_id in db.session.scalars(rows) if idea_id]


def waiting_ideas(file_id: int) -> int:
    """How many of them nobody has decided about."""
    rows = select(func.count()).select_from(SentRow).join(Idea, Idea.id == SentRow.idea_id)
    where = (SentRow.file_id == file_id, SentRow.outcome == "added", Idea.status == "waiting")
    return db.session.scalar(rows.where(*where)) or 0


def is_running() -> bool:
    return bool(db.session.scalar(select(select(SentFile.id).where(IS_RUNNING).exists())))


def _rows(file_id: int) -> Any:
    return select(SentRow).where(SentRow.file_id == file_id).order_by(SentRow.number)
