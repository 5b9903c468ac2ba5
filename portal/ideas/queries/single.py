"""One idea: who may read it, with what belongs to it, and how it came to its state."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, null, select
from sqlalchemy.orm import contains_eager

from portal import text
from portal.accounts.models import Member
from portal.accounts.policy import can
from portal.campaigns.models import Campaign
from portal.database import db
from portal.errors import Missing
from portal.ideas import states
from portal.ideas.models import Idea, IdeaEvent, IdeaRank
from portal.ideas.rules import TEXTS, Content
from portal.units.models import Field, Unit
from portal.units.queries import reference

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")


@dataclass(frozen=True)
class Shown:
    """One idea as its page and the API show it."""

    idea: Idea
    votes: int
    comments: int
    campaign: Campaign | None
    also: Any = None

    @property
    def field(self) -> Field:
        return reference().field_by_id[self.idea.field_id]

    @property
    def unit(self) -> Unit | None:
        return reference().unit_by_id[self.idea.unit_id] if self.idea.unit_id else None

    @property
    def slug(self) -> str:
        return text.slug(self.idea.title)

    @property
    def is_public(self) -> bool:
        return self.idea.status in states.PUBLIC

    @property
    def lead(self) -> str:
        return lead(self.idea.summary, self.idea.problem)

    @property
    def content(self) -> Content:
        """What the author wrote, to be written anew."""
        return Content(
            **{name: getattr(self.idea, name) for name in (*TEXTS, "language")},
            field=self.field.code,
            unit=self.unit.code if self.unit else "",
            campaign=self.campaign.slug if self.campaign else "",
        )


def show(idea_id: int, viewer: Member | None, *, also: ColumnElement[Any] | None = None) -> Shown:
    """An idea, its author, counters and campaign in one query. Raises Missing if this reader may not know of it.

    `also` is one more column a page wants from the same query: whether the reader supports the idea, say,
    which is a table this room does not know. Merged and removed ideas are shown: the page says what became of them.
    """
    found = db.session.execute(
        select(Idea, IdeaRank.votes, IdeaRank.comments, Campaign, (null() if also is None else also).label("also"))
        .join(Idea.author)
        .outerjoin(IdeaRank, IdeaRank.idea_id == Idea.id)
        .outerjoin(Campaign, Campaign.id == Idea.campaign_id)
        .where(Idea.id == idea_id)
        .options(contains_eager(Idea.author))
        .execution_options(populate_existing=True)
    ).first()
    if found is None or not _may_know(found.Idea, viewer):
        raise Missing
    return Shown(found.Idea, found.votes or 0, found.comments or 0, found.Campaign, found.also)


def _may_know(idea: Idea, viewer: Member | None) -> bool:
    if idea.status in states.PUBLIC or (idea.published_at and idea.status in {"withdrawn", "merged", "removed"}):
        return True
    return viewer is not None and (viewer.id == idea.author_id or can(viewer, "moderate"))


def many(idea_ids: Sequence[int]) -> list[Shown]:
    """Public ideas by id, whole, in the order asked for."""
    rows = db.session.execute(
        select(Idea, IdeaRank.votes, IdeaRank.comments, Campaign)
        .join(Idea.author)
        .join(IdeaRank, IdeaRank.idea_id == Idea.id)
        .outerjoin(Campaign, Campaign.id == Idea.campaign_id)
        .where(Idea.id.in_(idea_ids), Idea.status.in_(states.PUBLIC))
        .options(contains_eager(Idea.author))
        .execution_options(populate_existing=True)
    )
    found = {row.Idea.id: Shown(row.Idea, row.votes, row.comments, row.Campaign) for row in rows}
    return [found[idea_id] for idea_id in idea_ids if idea_id in found]


def history(idea_id: int) -> list[IdeaEvent]:
    """The public steps of an idea, oldest first: when it was sent, then everything since it last left the queue."""
    events = db.session.scalars(
        select(IdeaEvent).where(IdeaEvent.idea_id == idea_id).order_by(IdeaEvent.at, IdeaEvent.id)
    ).all()
    last_wait = max((place for place, event in enumerate(events) if event.status == "waiting"), default=0)
    return [*events[:1], *events[last_wait + 1 :]]


def lead(summary: str, problem: str) -> str:
    """What an idea is about in a line or two: its summary, else the first sentence of its problem."""
    return text.excerpt(summary or _SENTENCE_END.split(problem, maxsplit=1)[0])
