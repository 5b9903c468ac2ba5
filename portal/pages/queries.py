"""What the front page tells of one idea that became real."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from portal.database import db
from portal.ideas.models import Idea, IdeaEvent, IdeaRank
from portal.ideas.queries import Happened, once_each
from portal.ideas.states import JOURNEY
from portal.text import slug


@dataclass(frozen=True)
class Story:
    """A realised idea and its steps, first to last."""

    idea_id: int
    title: str
    language: str
    steps: Sequence[Happened]

    @property
    def slug(self) -> str:
        return slug(self.title)

    @property
    def outcome(self) -> Happened:
        return self.steps[-1]


def newest_story() -> Story | None:
    """The youngest idea that is in use, or None. One query."""
    youngest = (
        select(IdeaRank.idea_id)
        .where(IdeaRank.status == "realised")
        .order_by(IdeaRank.published_at.desc(), IdeaRank.idea_id.desc())
        .limit(1)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(Idea.id, Idea.title, Idea.language, IdeaEvent)
        .join(IdeaEvent, IdeaEvent.idea_id == Idea.id)
        .where(Idea.id == youngest, IdeaEvent.status.in_(JOURNEY))
        .order_by(IdeaEvent.at, IdeaEvent.id)
    ).all()
    if not rows or rows[-1].IdeaEvent.status != "realised":
        return None
    steps = [
        Happened(event.status, event.at, event.note_vi, event.note_en) for event in (row.IdeaEvent for row in rows)
    ]
    return Story(rows[0].id, rows[0].title, rows[0].language, once_each(steps))
