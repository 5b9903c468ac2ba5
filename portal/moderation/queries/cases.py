"""The queue, and one case with its surroundings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, Select, exists, func, select, true, tuple_
from sqlalchemy.orm import joinedload, selectinload, undefer

from portal.accounts import terms
from portal.accounts.consents import Consent
from portal.accounts.models import Member
from portal.campaigns.models import Campaign
from portal.database import db
from portal.discussion.models import Comment
from portal.ideas import search, states
from portal.ideas.models import Idea, IdeaRank
from portal.ideas.queries import Shown
from portal.moderation.models import Case, Move, Note, Trust
from portal.units.queries import reference

PAGE = 20
SIMILAR = 3
TAKEN_BACK = ("waiting_guardian", "withdrawn", "removed")

order = (Case.urgent, Case.queue_at, Case.id)
_key = tuple_(*order)
Where = Sequence[ColumnElement[bool]]
"""Conditions of a query: which cases a moderator may know of."""


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
    under: int | None  # the age that the author has not reached, of those that matter
    guarded: bool  # too young for an account without a guardian
    sent: int
    published: int
    rejected: int
    trusted: bool
    allowed_at: datetime | None  # when the guardian agreed to what is published, if that stands

    @property
    def minor(self) -> bool:
        return self.under is not None


@dataclass(frozen=True)
class Overview:
    """What waits for one moderator: in all, by shelf, since when, and what falls due before tomorrow."""

    total: int
    reports: int
    edits: int
    oldest: datetime | None
    due_today: int


SHELVES = {"bao-cao": ("report",), "ban-sua": ("edit",)}
"""Parts of the queue with an address of their own."""


OPEN = Case.state == "open"


def queue(which: Where, after: int | None = None, limit: int = PAGE, *, reasons: bool = False) -> Page:
    """Urgent first, then what is due first, in one query. `after` is the id of the last case read before."""
    total = select(func.count()).select_from(Case).where(*which).scalar_subquery()
    page = _whole().add_columns(total).where(*which).order_by(*order).limit(limit + 1)
    if reasons:
        page = page.options(selectinload(Case.reasons))
    if after is not None and (last := _place_of(Case.id == after)):
        page = page.where(_key > last)
    rows = db.session.execute(page).all()
    items = [row[0] for row in rows[:limit]]
    return Page(items, rows[0][1] if rows else 0, items[-1].id if len(rows) > limit else None)


def of_unit(unit_id: int) -> ColumnElement[bool]:
    """Cases of a unit and of all below it; of the centre its own alone, or it would be all there are."""
    theirs = Case.unit_id.in_(reference().covered(unit_id))
    return theirs | Case.unit_id.is_(None) if unit_id == reference().centre.id else theirs


def overview(scope: Where, tomorrow: datetime) -> Overview:
    """In one query."""
    counts = select(
        func.count(),
        func.count().filter(Case.kind == "report"),
        func.count().filter(Case.kind == "edit"),
        func.min(Case.created_at),
        func.count().filter(Case.due_at < tomorrow),
    )
    return Overview(*db.session.execute(counts.where(OPEN, *scope)).one())


def _place_of(*which: ColumnElement[bool]) -> tuple[Any, ...] | None:
    key = db.session.execute(select(*order).where(*which)).first()
    return tuple(key) if key else None


def case(case_id: int, scope: Where = ()) -> Case | None:
    """A case with its idea, author, comment, reasons and holder, fresh from the database."""
    one = _whole().options(joinedload(Case.reasons)).where(Case.id == case_id, *scope)
    return db.session.scalars(one.execution_options(populate_existing=True)).unique().one_or_none()


def _whole() -> Select[Case]:
    return select(Case).options(
        joinedload(Case.idea, innerjoin=True).joinedload(Idea.author, innerjoin=True),
        joinedload(Case.comment).joinedload(Comment.member, innerjoin=True),
        joinedload(Case.edit),
        joinedload(Case.claimed_by),
        joinedload(Case.preferred),
        undefer(Case.revisions),
    )


def which_of(case_ids: Iterable[int], scope: Where) -> set[int]:
    """Those of the cases that are in a scope."""
    return set(db.session.scalars(select(Case.id).where(Case.id.in_(list(case_ids)), *scope)))


def author_facts(member: Member, today: date) -> AuthorFacts:
    """In one query. Published counts what is public now."""
    counts = select(
        func.count(),
        func.count().filter(Idea.status.in_(states.PUBLIC)),
        func.count().filter(Idea.status == "rejected"),
        exists().where(Trust.member_id == member.id),
        _allowed_at(member.id),
    )
    under, guarded = terms.under(member, today), terms.needs_guardian(terms.known_birth(member), today)
    return AuthorFacts(
        member.created_at, under, guarded, *db.session.execute(counts.where(Idea.author_id == member.id)).one()
    )


def _allowed_at(member_id: int) -> ScalarSelect[datetime]:
    """When a guardian's yes to publishing was given, if it stands."""
    yes = select(func.max(Consent.given_at)).where(Consent.member_id == member_id, Consent.giver == "guardian")
    return yes.where(Consent.purpose == "publish", Consent.withdrawn_at.is_(None)).scalar_subquery()


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


def similar(idea: Idea, units: frozenset[int] | None) -> list[search.Twin]:
    """Ideas with a title like this one's: public ones, and those of the reader's own units in whatever state.

    `units` are those where the reader moderates, None for everywhere. What a guardian or the author took back, or
    staff took away, is nobody's to compare with.
    """
    own = true() if units is None else Idea.unit_id.in_(units)
    which = search.IS_PUBLIC | (own & Idea.status.not_in(TAKEN_BACK))
    return search.similar(idea.title, SIMILAR, leave_out=idea.id, which=which)


def public(twins: Iterable[search.Twin]) -> list[search.Twin]:
    """Those that everybody may read of."""
    return [twin for twin in twins if twin.status in states.PUBLIC]


def notes(case_id: int) -> Sequence[Note]:
    """What moderators have told each other about a case, oldest first."""
    told = select(Note).where(Note.case_id == case_id).options(joinedload(Note.member, innerjoin=True))
    return db.session.scalars(told.order_by(Note.id)).all()


def moves(case_id: int) -> Sequence[Move]:
    """The way of a case from unit to unit, oldest first."""
    passed = select(Move).where(Move.case_id == case_id).options(joinedload(Move.by))
    return db.session.scalars(passed.order_by(Move.id)).all()
