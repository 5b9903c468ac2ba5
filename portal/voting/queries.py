"""Everything that reads votes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, bindparam, exists, literal, select, tuple_, union_all

from portal.database import Place, ask, at_place, db
from portal.ideas import states
from portal.ideas.models import Idea, IdeaRank
from portal.ideas.queries.cards import Card, card, cards_of, select_cards
from portal.voting.models import HeldVote, Vote

_VOTED = union_all(
    *(
        select(model.idea_id).where(
            model.member_id == bindparam("member_id"), model.idea_id.in_(bindparam("ideas", expanding=True))
        )
        for model in (Vote, HeldVote)
    )
)


def voted(member_id: int | None, idea_ids: Iterable[int]) -> set[int]:
    """Which of these ideas the member supports, held votes among them. One query; none for a visitor or an empty list."""
    wanted = list(idea_ids)
    if member_id is None or not wanted:
        return set()
    return {row.idea_id for row in ask(_VOTED, {"member_id": member_id, "ideas": wanted})}


def voted_column(member_id: int | None) -> ColumnElement[bool]:
    """The same as a column for a query about one idea."""
    if member_id is None:
        return literal(value=False)
    counted = exists().where(Vote.idea_id == Idea.id, Vote.member_id == member_id)
    return counted | exists().where(HeldVote.idea_id == Idea.id, HeldVote.member_id == member_id)


MINE = 50


@dataclass(frozen=True)
class Supported:
    """One of a member's votes, or of a child's that count once the guardian agrees.

    Of an idea that is not public any more only its number is told.
    """

    idea_id: int
    at: datetime
    held: bool
    card: Card | None


def supported(member_id: int, before: Place | None = None) -> tuple[list[Supported], Place | None]:
    """A member's votes, the latest first, and the time and idea's id the list goes on from. Two queries."""
    counted, kept = (
        select(model.idea_id, model.created_at, literal(held).label("held")).where(model.member_id == member_id)
        for model, held in ((Vote, False), (HeldVote, True))
    )
    mine = counted.union_all(kept).subquery()
    order = (mine.c.created_at, mine.c.idea_id)
    page = select(mine)
    if before is not None:
        page = page.where(tuple_(*order) < at_place(before))
    rows = db.session.execute(page.order_by(*(column.desc() for column in order)).limit(MINE + 1)).all()
    cards = cards_of([row.idea_id for row in rows[:MINE]])
    found = [Supported(row.idea_id, row.created_at, row.held, cards.get(row.idea_id)) for row in rows[:MINE]]
    return found, (found[-1].at, found[-1].idea_id) if len(rows) > MINE else None


def voted_at(member_id: int, idea_id: int) -> datetime | None:
    """Since when a member supports an idea."""
    return db.session.scalar(select(Vote.created_at).where(Vote.member_id == member_id, Vote.idea_id == idea_id))


def latest(member_id: int, limit: int) -> list[Card]:
    """The public ideas a member supported last, as cards. One query."""
    counted, kept = (
        select(model.idea_id, model.created_at).where(model.member_id == member_id) for model in (Vote, HeldVote)
    )
    mine = counted.union_all(kept).subquery()
    ranked = (
        select(IdeaRank, mine.c.created_at.label("voted_at"))
        .join(mine, mine.c.idea_id == IdeaRank.idea_id)
        .where(IdeaRank.status.in_(states.PUBLIC))
        .order_by(mine.c.created_at.desc(), mine.c.idea_id.desc())
        .limit(limit)
        .subquery()
    )
    newest_first = select_cards(ranked).order_by(ranked.c.voted_at.desc(), ranked.c.idea_id.desc())
    return [card(row) for row in db.session.execute(newest_first)]
