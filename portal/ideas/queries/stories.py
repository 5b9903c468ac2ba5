"""What became of ideas: those in use and those being tried, with the words said at that step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from portal.database import db
from portal.ideas.models import IdeaEvent, IdeaRank
from portal.ideas.queries.cards import Card, cards_of

OUTCOMES = ("realised", "in_progress")


@dataclass(frozen=True)
class Story:
    """An idea that left the page for the world, when it did, and what was said of it."""

    card: Card
    at: datetime
    note_vi: str
    note_en: str


def stories(limit: int = 60) -> list[Story]:
    """The ideas in use or being tried, the latest step first. Two queries."""
    latest = (
        select(func.max(IdeaEvent.id).label("id"))
        .join(IdeaRank, (IdeaRank.idea_id == IdeaEvent.idea_id) & (IdeaRank.status == IdeaEvent.status))
        .where(IdeaRank.status.in_(OUTCOMES))
        .group_by(IdeaEvent.idea_id)
    )
    events = db.session.scalars(
        select(IdeaEvent)
        .where(IdeaEvent.id.in_(latest))
        .order_by(IdeaEvent.at.desc(), IdeaEvent.id.desc())
        .limit(limit)
    ).all()
    cards = cards_of([event.idea_id for event in events])
    return [
        Story(cards[event.idea_id], event.at, event.note_vi, event.note_en)
        for event in events
        if event.idea_id in cards
    ]
