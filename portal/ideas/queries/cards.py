"""An idea as a list shows it: what a card needs and nothing wider."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, Select, Subquery, func, select

from portal import text
from portal.accounts.models import Member
from portal.database import db
from portal.ideas import states
from portal.ideas.models import Idea, IdeaRank
from portal.ideas.queries.single import lead
from portal.units.models import Field, Unit
from portal.units.queries import reference

EXCERPT_FROM = 400
"""So much of the problem holds its first sentence."""


@dataclass(frozen=True)
class Card:
    """An idea as a list shows it."""

    id: int
    title: str
    excerpt: str
    status: str
    language: str
    field: Field
    unit: Unit | None
    author_name: str
    author_handle: str
    votes: int
    comments: int
    published_at: datetime
    campaign_id: int | None
    author_id: int
    source: str

    @property
    def slug(self) -> str:
        return text.slug(self.title)


def select_cards(ranked: Subquery, *more: Any) -> Select[Any]:
    """The columns of cards for a selection of rank rows."""
    of_rank = ("status", "language", "field_id", "unit_id", "campaign_id", "votes", "comments", "published_at")
    beginning = func.substr(Idea.problem, 1, EXCERPT_FROM).label("problem")
    return (
        select(Idea.id, Idea.title, Idea.summary, beginning, Idea.author_id, Idea.source)
        .add_columns(Member.display_name, Member.handle, *more)
        .add_columns(*(ranked.c[name] for name in of_rank))
        .join(ranked, ranked.c.idea_id == Idea.id)
        .join(Member, Member.id == Idea.author_id)
    )


def cards_of(idea_ids: Sequence[int]) -> dict[int, Card]:
    """Cards of public ideas by id. One query."""
    ranked = select(IdeaRank).where(IdeaRank.idea_id.in_(idea_ids), IdeaRank.status.in_(states.PUBLIC)).subquery()
    return {row.id: card(row) for row in db.session.execute(select_cards(ranked))}


def public_of_author(member_id: int, before: int | None = None, limit: int = 20) -> tuple[list[Card], int | None]:
    """A member's public ideas, newest first, and the id the list goes on from. One query."""
    mine = select(Idea.id).where(Idea.author_id == member_id, Idea.status.in_(states.PUBLIC))
    if before is not None:
        mine = mine.where(Idea.id < before)
    chosen = mine.order_by(Idea.id.desc()).limit(limit + 1)
    ranked = select(IdeaRank).where(IdeaRank.idea_id.in_(chosen), IdeaRank.status.in_(states.PUBLIC)).subquery()
    rows = db.session.execute(select_cards(ranked).order_by(Idea.id.desc())).all()
    cards = [card(row) for row in rows[:limit]]
    return cards, cards[-1].id if len(rows) > limit else None


def card(row: Row[Any]) -> Card:
    codes = reference()
    return Card(
        id=row.id,
        title=row.title,
        excerpt=lead(row.summary, row.problem),
        status=row.status,
        language=row.language,
        field=codes.field_by_id[row.field_id],
        unit=codes.unit_by_id[row.unit_id] if row.unit_id else None,
        author_name=row.display_name,
        author_handle=row.handle,
        votes=row.votes,
        comments=row.comments,
        published_at=row.published_at,
        campaign_id=row.campaign_id,
        author_id=row.author_id,
        source=row.source,
    )
