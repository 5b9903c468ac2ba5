"""Who follows what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, literal, select, tuple_

from portal.database import Place, at_place, db
from portal.discussion.models import Follow
from portal.ideas import states
from portal.ideas.models import Idea, IdeaRank
from portal.ideas.queries.cards import Card, card, select_cards

FOLLOWED = 50


@dataclass(frozen=True)
class Followed:
    """An idea one follows, and since when."""

    card: Card
    since: datetime
    automatic: bool


def follow_column(member_id: int | None) -> ColumnElement[Any]:
    """For a query about one idea: None if the member does not follow it, else whether that began by itself."""
    if member_id is None:
        return literal(None)
    mine = select(Follow.automatic).where(Follow.idea_id == Idea.id, Follow.member_id == member_id)
    return mine.correlate(Idea).scalar_subquery()


def is_following(member_id: int, idea_id: int) -> bool:
    """Whether a member follows an idea."""
    mine = select(Follow.idea_id).where(Follow.idea_id == idea_id, Follow.member_id == member_id)
    return db.session.scalar(mine) is not None


def followed(member_id: int, before: Place | None = None) -> tuple[list[Followed], Place | None]:
    """The public ideas a member follows, the latest first, and the time and idea's id the list goes on from. One query."""
    mine = (
        select(IdeaRank, Follow.created_at.label("since"), Follow.automatic)
        .join(Follow, Follow.idea_id == IdeaRank.idea_id)
        .where(Follow.member_id == member_id, IdeaRank.status.in_(states.PUBLIC))
        .order_by(Follow.created_at.desc(), Follow.idea_id.desc())
        .limit(FOLLOWED + 1)
    )
    if before is not None:
        mine = mine.where(tuple_(Follow.created_at, Follow.idea_id) < at_place(before))
    chosen = mine.subquery()
    rows = db.session.execute(
        select_cards(chosen, chosen.c.since, chosen.c.automatic).order_by(
            chosen.c.since.desc(), chosen.c.idea_id.desc()
        )
    ).all()
    found = [Followed(card(row), row.since, row.automatic) for row in rows[:FOLLOWED]]
    return found, (found[-1].since, found[-1].card.id) if len(rows) > FOLLOWED else None


def followers(idea_id: int, after: int = 0, limit: int = 1000) -> list[int]:
    """Ids of an idea's followers beyond a member id, in order: whoever tells them goes on from the last one."""
    rows = select(Follow.member_id).where(Follow.idea_id == idea_id, Follow.member_id > after)
    return list(db.session.scalars(rows.order_by(Follow.member_id).limit(limit)))
