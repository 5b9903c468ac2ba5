"""Everything that reads the desk: the queue, one case with its surroundings, the log, and what authors were told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select, tuple_
from sqlalchemy.orm import joinedload, selectinload

from portal import database
from portal.accounts.models import Member
from portal.campaigns.models import Campaign
from portal.database import db
from portal.discussion.models import Comment
from portal.discussion.services import is_minor
from portal.ideas import search, states
from portal.ideas.models import Idea, IdeaRank
from portal.ideas.queries import Shown
from portal.moderation.models import Case, Decision

PAGE = 20
SIMILAR = 3
MEASURED = 1000
"""The median wait is taken over at most so many of the latest decisions."""

_order = (Case.urgent, Case.due_at, Case.id)
_key = tuple_(*_order)


@dataclass(frozen=True)
class Page:
    """A page of cases and how many there are in all; `after` leads to the next page."""

    items: Sequence[Case]
    total: int
    after: int | None


@dataclass(frozen=True)
class AuthorFacts:
    """What a moderator may know of an author: never the address, never the birthday."""

    member_since: datetime
    minor: bool
    sent: int
    published: int
    rejected: int


# --- cases --------------------------------------------------------------------------------------


def queue(
    state: str = "open",
    unit_id: int | None = None,
    after: int | None = None,
    limit: int = PAGE,
    *,
    reasons: bool = False,
) -> Page:
    """Urgent first, then what is due first, in one query. `after` is the id of the last case read before."""
    where = [Case.state == state]
    if unit_id is not None:
        where.append(Case.unit_id == unit_id)
    total = select(func.count()).select_from(Case).where(*where).scalar_subquery()
    page = _whole().add_columns(total).where(*where).order_by(*_order).limit(limit + 1)
    if reasons:
        page = page.options(selectinload(Case.reasons))
    if after is not None and (last := _place_of(Case.id == after)):
        page = page.where(_key > last)
    rows = db.session.execute(page).all()
    items = [row[0] for row in rows[:limit]]
    return Page(items, rows[0][1] if rows else 0, items[-1].id if len(rows) > limit else None)


def _place_of(*which: ColumnElement[bool]) -> tuple[Any, ...] | None:
    key = db.session.execute(select(*_order).where(*which)).first()
    return tuple(key) if key else None


def open_count() -> int:
    """How many cases wait for a person."""
    return db.session.scalar(select(func.count()).select_from(Case).where(Case.state == "open")) or 0


def case(case_id: int) -> Case | None:
    """A case with its idea, author, comment, reasons and holder, fresh from the database."""
    one = _whole().options(joinedload(Case.reasons)).where(Case.id == case_id)
    return db.session.scalars(one.execution_options(populate_existing=True)).unique().one_or_none()


def _whole() -> Select[Case]:
    return select(Case).options(
        joinedload(Case.idea, innerjoin=True).joinedload(Idea.author, innerjoin=True),
        joinedload(Case.comment).joinedload(Comment.member, innerjoin=True),
        joinedload(Case.claimed_by),
    )


def author_facts(member: Member, today: date) -> AuthorFacts:
    """In one query. Published counts what is public now."""
    counts = select(
        func.count(),
        func.count().filter(Idea.status.in_(states.PUBLIC)),
        func.count().filter(Idea.status == "rejected"),
    )
    minor = is_minor(member, today)
    return AuthorFacts(member.created_at, minor, *db.session.execute(counts.where(Idea.author_id == member.id)).one())


def shown(cases: Iterable[Case]) -> dict[int, Shown]:
    """By idea, what the API shows of the ideas the cases are about, in one query."""
    ideas = {case.idea_id: case.idea for case in cases}
    rows = (
        select(Idea.id, IdeaRank.votes, IdeaRank.comments, Campaign)
        .outerjoin(IdeaRank, IdeaRank.idea_id == Idea.id)
        .outerjoin(Campaign, Campaign.id == Idea.campaign_id)
        .where(Idea.id.in_(ideas))
    )
    return {
        row.id: Shown(ideas[row.id], row.votes or 0, row.comments or 0, row.Campaign)
        for row in db.session.execute(rows)
    }


def similar(idea: Idea) -> list[search.Twin]:
    """Ideas with a title like this one's, whatever their state."""
    return search.similar(idea.title, SIMILAR, leave_out=idea.id, public_only=False)


# --- decisions ----------------------------------------------------------------------------------


def undoable(decision_id: int | None, moderator_id: int, since: datetime) -> tuple[Decision, Case] | None:
    """A moderator's own fresh decision and its case with the idea, while it can be taken back."""
    if decision_id is None:
        return None
    mine = (Decision.id == decision_id, Decision.moderator_id == moderator_id)
    fresh = (Decision.undone_at.is_(None), Decision.decided_at > since)
    found = select(Decision, Case).join(Case, Case.id == Decision.case_id).where(*mine, *fresh)
    row = db.session.execute(found.options(joinedload(Case.idea, innerjoin=True))).first()
    return (row[0], row[1]) if row else None


def last_decision(case_id: int) -> Decision | None:
    """The newest decision of a case, undone or not."""
    newest = select(Decision).where(Decision.case_id == case_id).order_by(Decision.id.desc()).limit(1)
    return db.session.scalar(newest.options(joinedload(Decision.moderator, innerjoin=True)))


def advice_for(idea_ids: Iterable[int]) -> dict[int, Decision]:
    """By idea, the decision that last asked its author for something, or refused it; one that was undone never was."""
    told = (
        select(Decision)
        .join(Case, Case.id == Decision.case_id)
        .where(Case.kind == "idea", Decision.outcome != "approve", Decision.undone_at.is_(None))
        .where(Decision.idea_id.in_(list(idea_ids)))
        .options(joinedload(Decision.moderator, innerjoin=True))
    )
    return {each.idea_id: each for each in db.session.scalars(told.order_by(Decision.id))}


def last_advice(idea_id: int) -> Decision | None:
    return advice_for([idea_id]).get(idea_id)


def places(idea_ids: Iterable[int]) -> dict[int, int]:
    """Where ideas stand in the queue, from 1; those that are not in it are left out."""
    number = func.row_number().over(order_by=_order).label("number")
    line = select(Case.idea_id, Case.kind, number).where(Case.state == "open").subquery()
    mine = select(line.c.idea_id, line.c.number).where(line.c.idea_id.in_(list(idea_ids)), line.c.kind == "idea")
    return {row.idea_id: row.number for row in db.session.execute(mine)}


def is_claimed(idea_id: int, now: datetime) -> bool:
    """Whether somebody looks at an idea that waits."""
    held = select(Case.id).where(Case.subject == f"idea:{idea_id}", Case.state == "open", Case.claimed_until > now)
    return db.session.scalar(held) is not None


def log(after: int | None = None, limit: int = PAGE) -> tuple[Sequence[tuple[Decision, Case]], int | None]:
    """Decisions, the latest first, each with its case and the case's idea; and where the list goes on."""
    rows = (
        select(Decision, Case)
        .join(Case, Case.id == Decision.case_id)
        .options(joinedload(Decision.moderator, innerjoin=True), joinedload(Case.idea, innerjoin=True))
        .order_by(Decision.id.desc())
        .limit(limit + 1)
    )
    if after is not None:
        rows = rows.where(Decision.id < after)
    found = [(each, its_case) for each, its_case in db.session.execute(rows)]
    return found[:limit], found[limit - 1][0].id if len(found) > limit else None


def median_wait(days: int = 30) -> timedelta | None:
    """How long authors waited for an answer lately; None if nobody has had one."""
    times = (
        select(Case.created_at, Decision.decided_at)
        .join(Case, Case.id == Decision.case_id)
        .where(
            Decision.decided_at > database.now() - timedelta(days=days),
            Decision.undone_at.is_(None),
            Case.kind == "idea",
        )
        .order_by(Decision.id.desc())
        .limit(MEASURED)
    )
    waits = [answered - asked for asked, answered in db.session.execute(times)]
    return sorted(waits)[len(waits) // 2] if waits else None
