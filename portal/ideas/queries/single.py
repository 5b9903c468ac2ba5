"""One idea: who may read it, with what belongs to it, and how it came to its state."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Label, exists, false, select
from sqlalchemy.orm import aliased, contains_eager

from portal import text
from portal.accounts.models import Member
from portal.accounts.policy import can
from portal.accounts.queries import family_of
from portal.campaigns.models import Campaign
from portal.database import db
from portal.errors import Missing
from portal.ideas import answers, states
from portal.ideas.models import Idea, IdeaAuthor, IdeaEvent, IdeaRank
from portal.ideas.queries.authors import coauthors
from portal.ideas.queries.writer import Writer
from portal.ideas.rules import TEXTS, Content
from portal.units.models import Field, Unit, UnitName
from portal.units.queries import reference

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+")

COAUTHOR = aliased(Member)  # once: making an alias costs more than the query
_MERGED = aliased(Idea)


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
    at_desk: bool = False
    """Whether this reader judges it: moderates its unit, or has an open case of it; nobody does of their family."""
    also: Mapping[str, Any] = dataclasses.field(default_factory=dict)

    def is_by(self, member_id: int | None) -> bool:
        """Whether this member's name stands under it."""
        return member_id is not None and member_id in {self.idea.author_id, *(one.id for one in self.coauthors)}

    def is_whole_to(self, member_id: int | None) -> bool:
        """Whether this reader reads what is confidential, too, and what it said before it was public."""
        return self.at_desk or self.is_by(member_id)

    def vote_mode(self, reader_id: int | None) -> str:
        """What its button is to this reader: open, own or closed."""
        if not self.is_public:
            return "closed"
        return "own" if self.is_by(reader_id) else "open"

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
            answers=answers.given(self.idea.answers),
        )


def show(
    idea_id: int,
    viewer: Member | None,
    *,
    also: Mapping[str, ColumnElement[Any]] | None = None,
    case: ColumnElement[bool] | None = None,
) -> Shown:
    """An idea, its authors, counters and campaign in one query. Raises Missing if this reader may not know of it.

    `also` names more columns a page wants from the same query: whether the reader supports the idea, say,
    which is a table this room does not know. `case` is one of them: whether the reader has an open case of it.
    Merged and removed ideas are shown: the page says what became of them.
    """
    also = {**(also or {}), **({"case": case} if case is not None else {})}
    more = [column.label(f"also_{name}") for name, column in also.items()]
    _forget_what_was_read(idea_id)
    rows = db.session.execute(
        select(Idea, IdeaRank.votes, IdeaRank.comments, Campaign, *more)
        .add_columns(_of_family(viewer), IdeaAuthor.state, COAUTHOR.id, COAUTHOR.handle, COAUTHOR.display_name)
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
        at_desk=not first.of_family and _judges(first.Idea, viewer, has_case=case is not None and first.also_case),
        also={name: getattr(first, f"also_{name}") for name in also},
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


def _judges(idea: Idea, viewer: Member | None, *, has_case: bool) -> bool:
    """What waits for a guardian is nobody's to judge, unless it was taken back and somebody has to see to that."""
    if has_case or viewer is None or idea.status == "waiting_guardian":
        return has_case
    return can(viewer, "moderate", idea)


def _of_family(viewer: Member | None) -> Label[bool]:
    """Whether a moderator is near to who wrote it: what a child tells the moderators alone is not for a parent."""
    asks = viewer is not None and can(viewer, "moderate")
    return (Idea.author_id.in_(family_of(viewer)) if viewer and asks else false()).label("of_family")


def _may_know(shown: Shown, viewer: Member | None) -> bool:
    idea = shown.idea
    if idea.status in states.PUBLIC or _stays_known(idea):
        return True
    if viewer is None:
        return False
    if viewer.id == idea.author_id or shown.at_desk:
        return True
    asked = viewer.id in shown.invited and idea.status in states.OPEN_TO_INVITED
    return asked or (shown.is_by(viewer.id) and idea.status != "waiting_guardian")


def _stays_known(idea: Idea) -> bool:
    """What was public tells what became of it, as long as nobody has taken back the yes to publishing."""
    if idea.published_at is None:
        return False
    return idea.status == "removed" or (idea.status in {"withdrawn", "merged"} and idea.author.allows("publish"))


def took_in_column(merged_id: int | None) -> ColumnElement[bool]:
    """For a query about one idea: whether that other one has gone up in it."""
    return exists().where(_MERGED.id == merged_id, _MERGED.merged_into_id == Idea.id) if merged_id else false()


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


@dataclass(frozen=True)
class Happened:
    """An entry of an idea's timeline."""

    status: str
    at: datetime
    note_vi: str = ""
    note_en: str = ""
    reason: str | None = None
    unit_id: int | None = None

    @property
    def signed(self) -> Unit | None:
        """Whose official answer it is."""
        return reference().unit_by_id[self.unit_id] if self.unit_id else None

    @property
    def is_answer(self) -> bool:
        return self.status in states.ANSWERS and bool(self.note_vi)

    @property
    def to_all(self) -> Happened:
        """Without what is said to the desk alone."""
        return dataclasses.replace(self, note_vi="", note_en="") if self.status == "withdrawn" else self


def history(idea_id: int, *, whole: bool = False) -> list[Happened]:
    """How an idea came to its state, oldest first; `whole` for its author and the desk alone.

    The public reads when it was sent and what everybody could see since it last left the queue. That it waited for
    a guardian would tell who is a child, and that it was out of sight for a while is nobody's business.
    """
    rows = select(
        IdeaEvent.status, IdeaEvent.at, IdeaEvent.note_vi, IdeaEvent.note_en, IdeaEvent.reason, IdeaEvent.unit_id
    )
    events = [
        Happened(*row)
        for row in db.session.execute(rows.where(IdeaEvent.idea_id == idea_id).order_by(IdeaEvent.at, IdeaEvent.id))
    ]
    if whole or not events:
        return events
    last_wait = max((place for place, event in enumerate(events) if event.status == "waiting"), default=0)
    seen = [event.to_all for event in events[last_wait + 1 :] if event.status in states.READABLE]
    return [Happened("waiting", events[0].at), *once_each(seen)]


def once_each(events: Sequence[Happened]) -> list[Happened]:
    """A state that came back after being out of sight is one entry, with its first day and its last words."""
    found: list[Happened] = []
    for event in events:
        if not found or found[-1].status != event.status:
            found.append(event)
        elif event.note_vi or event.note_en:
            found[-1] = dataclasses.replace(event, at=found[-1].at)
    return found


def lead(summary: str, problem: str) -> str:
    """What an idea is about in a line or two: its summary, else the first sentence of its problem."""
    return text.excerpt(summary or _SENTENCE_END.split(problem, maxsplit=1)[0])
