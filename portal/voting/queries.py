"""Everything that reads votes."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, exists, literal, select

from portal.database import db
from portal.ideas import states
from portal.ideas.models import Idea, IdeaRank
from portal.ideas.queries.cards import Card, card, select_cards
from portal.voting.models import Vote


def voted(member_id: int | None, idea_ids: Iterable[int]) -> set[int]:
    """Which of these ideas the member supports. One query; none for a visitor or an empty list."""
    wanted = list(idea_ids)
    if member_id is None or not wanted:
        return set()
    return set(db.session.scalars(select(Vote.idea_id).where(Vote.member_id == member_id, Vote.idea_id.in_(wanted))))


def voted_column(member_id: int | None) -> ColumnElement[bool]:
    """The same as a column for a query about one idea."""
    if member_id is None:
        return literal(value=False)
    return exists().where(Vote.idea_id == Idea.id, Vote.member_id == member_id)


def latest(member_id: int, limit: int) -> list[Card]:
    """The public ideas a member supported last, as cards. One query."""
    ranked = (
        select(IdeaRank, Vote.created_at.label("voted_at"))
        .join(Vote, Vote.idea_id == IdeaRank.idea_id)
        .where(Vote.member_id == member_id, IdeaRank.status.in_(states.PUBLIC))
        .order_by(Vote.created_at.desc(), Vote.idea_id.desc())
        .limit(limit)
        .subquery()
    )
    newest_first = select_cards(ranked).order_by(ranked.c.voted_at.desc(), ranked.c.idea_id.desc())
    return [card(row) for row in db.session.execute(newest_first)]
