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
    """An idea that left the page for the world, when it did, and what was last said of it."""

    card: Card
    at: datetime
    note_vi: str
    note_en: str


_ARRIVED = (
    (IdeaRank.idea_id == IdeaEvent.idea_id) & (IdeaRank.status == IdeaEvent.status) & IdeaRank.status.in_(OUTCOMES)
)
"""Entries of timelines that say how an idea came to where it is now."""


def stories(limit: int = 60) -> list[Story]:
    """The ideas in use or being tried, the latest step first. Two queries."""
    began = func.min(IdeaEvent.at).label("began")
    arrived = select(IdeaEvent.idea_id, began).join(IdeaRank, _ARRIVED).group_by(IdeaEvent.idea_id)
    latest = arrived.order_by(began.desc(), IdeaEvent.idea_id.desc()).limit(limit).subquery()
    rows = db.session.execute(
        select(IdeaEvent, latest.c.began)
        .join(latest, latest.c.idea_id == IdeaEvent.idea_id)
        .join(IdeaRank, _ARRIVED)
        .order_by(latest.c.began.desc(), IdeaEvent.idea_id.desc(), IdeaEvent.id)
    ).all()
    said: dict[int, tuple[datetime, str, str]] = {}
    for event, since in rows:  # one that came back after it was hidden has an entry without words
        if event.note_vi or event.idea_id not in said:
            said[event.idea_id] = (since, event.note_vi, event.note_en)
    cards = cards_of(list(said))
    return [Story(cards[idea_id], *words) for idea_id, words in said.items() if idea_id in cards]
