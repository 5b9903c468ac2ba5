"""One idea: who may read it, with what belongs to it, and how it came to its state."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import aliased, contains_eager

from portal import text
from portal.accounts.models import Member
from portal.accounts.policy import can
from portal.campaigns.models import Campaign
from portal.database import db
from portal.errors import Missing
from portal.ideas import states
from portal.ideas.models import Idea, IdeaAuthor, IdeaEvent, IdeaRank
from portal.ideas.queries.authors import coauthors
from portal.ideas.queries.writer import Writer
from portal.ideas.rules import TEXTS, Content
from portal.units.models import Field, Unit, UnitName
from portal.units.queries import reference

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")


COAUTHOR = aliased(Member)  # once: making an alias costs more than the query


@dataclass(frozen=True)
class Shown:
    """One idea as its page and the API show it."""

    idea: Idea
    votes: int
    comments: int
    campaign: Campaign | None
    coauthors: tuple[Writer, ...] = ()
    invited: frozenset[int] = frozenset()
    asking: tuple[Writer, ...] = ()
    also: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def is_by(self, member_id: int | None) -> bool:
        """Whether this member's name stands under it."""
        return member_id is not None and member_id in {self.idea.author_id, *(one.id for one in self.coauthors)}

    @property
    def field(self) -> Field:
        return reference().field_by_id[self.idea.field_id]

    @property
    def unit(self) -> Unit | None:
        return reference().unit_by_id[self.idea.unit_id] if self.idea.unit_id else None

    @property
    def unit_then(self) -> UnitName | None:
        """What the unit was called when the idea was sent, if it is called otherwise today."""
        return reference().name_then(self.idea.unit_id, self.idea.created_at)

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


def show(idea_id: int, viewer: Member | None, *, also: Mapping[str, ColumnElement[Any]] | None = None) -> Shown:
    """An idea, its authors, counters and campaign in one query. Raises Missing if this reader may not know of it.

    `also` names more columns a page wants from the same query: whether the reader supports the idea, say,
    which is a table this room does not know. Merged and removed ideas are shown: the page says what became of them.
    """
    more = [column.label(f"also_{name}") for name, column in (also or {}).items()]
    _forget_what_was_read(idea_id)
    rows = db.session.execute(
        select(Idea, IdeaRank.votes, IdeaRank.comments, Campaign, *more)
        .add_columns(IdeaAuthor.state, COAUTHOR.id, COAUTHOR.handle, COAUTHOR.display_name)
        .join(Idea.author)
        .outerjoin(IdeaRank, IdeaRank.idea_id == Idea.id)
        .outerjoin(Campaign, Campaign.id == Idea.campaign_id)
        .outerjoin(IdeaAuthor, (IdeaAuthor.idea_id == Idea.id) & (IdeaAuthor.state != "declined"))
        .outerjoin(COAUTHOR, COAUTHOR.id == IdeaAuthor.member_id)
        .where(Idea.id == idea_id)
        .order_by(IdeaAuthor.answered_at, IdeaAuthor.id)
        .options(contains_eager(Idea.author))
    ).all()
    if not rows:
        raise Missing
    first = rows[0]
    shown = Shown(
        first.Idea,
        first.votes or 0,
        first.comments or 0,
        first.Campaign,
        coauthors=tuple(Writer(*row[-3:]) for row in rows if row.state == "accepted"),
        asking=tuple(Writer(*row[-3:]) for row in rows if row.state == "asked"),
        invited=frozenset(row[-3] for row in rows if row.state == "invited"),
        also={name: getattr(first, f"also_{name}") for name in also or {}},
    )
    if not _may_know(shown, viewer):
        raise Missing
    return shown


def _forget_what_was_read(idea_id: int) -> None:
    """The row may have changed since this session met it.

    Only the idea is read anew: its author may be the reader, whose roles and unread notices came with the session.
    """
    session = db.session()
    if (known := session.identity_map.get(session.identity_key(Idea, idea_id))) is not None:
        session.flush()
        session.expire(known)


def _may_know(shown: Shown, viewer: Member | None) -> bool:
    idea = shown.idea
    if idea.status in states.PUBLIC or (idea.published_at and idea.status in {"withdrawn", "merged", "removed"}):
        return True
    if viewer is None:
        return False
    asked = viewer.id in shown.invited and idea.status in states.OPEN_TO_INVITED
    return asked or shown.is_by(viewer.id) or can(viewer, "moderate")


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
    beside = coauthors(idea_ids)
    found = {
        row.Idea.id: Shown(row.Idea, row.votes, row.comments, row.Campaign, coauthors=beside.get(row.Idea.id, ()))
        for row in rows
    }
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
