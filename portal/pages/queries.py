"""What the front page tells of one idea that became real; what is found beside ideas."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from markupsafe import Markup
from sqlalchemy import select

from portal.campaigns import queries as campaigns
from portal.campaigns.queries import Named
from portal.database import db
from portal.ideas.models import Idea, IdeaEvent, IdeaRank
from portal.ideas.queries import Happened, once_each
from portal.ideas.states import JOURNEY
from portal.text import fold, slug


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


_TOPIC = re.compile(r'<h2(?: id="([\w-]+)")?>(.*?)</h2>(.*?)(?=<h2|</article>)', re.DOTALL)


def campaigns_about(q: str) -> list[Named]:
    """Campaigns with all the words in one of their titles, closing last first. No query of their own."""
    return [one for one in campaigns.by_id().values() if _has(q, _words(f"{one.title_vi} {one.title_en}"))]


class Topic(NamedTuple):
    """A section of the help page, and the words in it."""

    anchor: str
    heading: str
    words: frozenset[str]


def topics(help_page: str) -> list[Topic]:
    found = ((anchor, _plain(heading), _plain(text)) for anchor, heading, text in _TOPIC.findall(help_page))
    return [Topic(anchor, heading, _words(f"{heading} {text}")) for anchor, heading, text in found]


def topics_about(q: str, known: Sequence[Topic]) -> list[Topic]:
    """Those in which all the words stand."""
    return [one for one in known if _has(q, one.words)]


def _plain(html: str) -> str:
    return Markup(html).striptags()  # noqa: S704  # our own page, to be read and not shown


def _words(text: str) -> frozenset[str]:
    """Whole words, whatever their accents."""
    return frozenset(fold(text).split())


def _has(q: str, words: frozenset[str]) -> bool:
    wanted = _words(q)
    return bool(wanted) and wanted <= words
