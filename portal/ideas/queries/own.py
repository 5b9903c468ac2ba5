"""What a member, or a browser nobody has signed in on, has written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, case, func, select, true
from sqlalchemy.orm import contains_eager

from portal import text
from portal.campaigns.models import Campaign
from portal.database import db
from portal.ideas import answers
from portal.ideas.answers import Answers
from portal.ideas.models import Draft, Idea, IdeaEdit, IdeaRank
from portal.ideas.queries.single import Shown
from portal.ideas.rules import TEXTS, Content
from portal.units.models import Field
from portal.units.queries import reference

TOKEN = re.compile(r"[\w-]{43}", re.ASCII)


@dataclass(frozen=True)
class Mine:
    """One of a member's ideas, in whatever state."""

    id: int
    title: str
    language: str
    status: str
    version: int
    created_at: datetime
    updated_at: datetime
    published_at: datetime | None
    votes: int
    comments: int
    field: Field

    @property
    def slug(self) -> str:
        return text.slug(self.title)


NEWEST_EDIT = ((IdeaEdit.state == "waiting").desc(), IdeaEdit.id.desc())


@dataclass(frozen=True)
class LastSent:
    """An idea as its author last sent it: its text, of which version, and of which edit if one waits (else 0)."""

    content: Content
    version: int
    edit: int = 0
    answers: Answers = ()
    """With the questions they are to."""
    hides_old: bool = False
    """Whether that edit asks for the versions of before to be hidden."""
    refused: bool = False
    """Whether this is what the page was not given to say."""

    @property
    def mark(self) -> str:
        """What a form says that it was written from: '3.0'."""
        return f"{self.version}.{self.edit}"


def last_sent(shown: Shown, *, or_refused: bool = False) -> LastSent:
    """What the author of an idea goes on from: what they would have a public one say, while that waits, or what it says.

    `or_refused`: if nothing waits, what they would have had it say when that was last refused.
    """
    version, kept = shown.idea.version, shown.idea.answers
    edit = _newest_edit(shown)
    if edit and edit.state == "waiting":
        kept = [*kept, *(edit.content.get("answers") or ())]
        return LastSent(_content(edit, shown), version, edit.number, kept, edit.hides_old)
    if edit and edit.state == "refused" and or_refused:
        return LastSent(_content(edit, shown), version, answers=kept, hides_old=edit.hides_old, refused=True)
    return LastSent(shown.content, version, answers=kept)


def _newest_edit(shown: Shown) -> IdeaEdit | None:
    """Of a public idea, the one that waits before all others; others are changed without a second text."""
    its = select(IdeaEdit).where(IdeaEdit.idea_id == shown.idea.id).order_by(*NEWEST_EDIT).limit(1)
    return db.session.scalar(its.execution_options(populate_existing=True)) if shown.is_public else None


def _content(edit: IdeaEdit, shown: Shown) -> Content:
    codes = reference()
    return Content(
        **{name: edit.content[name] for name in (*TEXTS, "language")},
        field=codes.field_by_id[edit.content["field_id"]].code,
        unit=codes.unit_by_id[edit.content["unit_id"]].code if edit.content["unit_id"] else "",
        campaign=shown.content.campaign,
        answers=answers.given(edit.content.get("answers")),
    )


def edit_column() -> ColumnElement[str | None]:
    """For a query about one idea: how its newest edit stands, the one that waits before all others.

    'waiting', 'live' (waiting, but shown already), 'refused'; None if there is none, or the page says it.
    """
    waits = IdeaEdit.state == "waiting"
    stands = case((waits & IdeaEdit.live, "live"), (IdeaEdit.state.in_(("waiting", "refused")), IdeaEdit.state))
    newest = select(stands).where(IdeaEdit.idea_id == Idea.id).order_by(*NEWEST_EDIT).limit(1)
    return newest.correlate(Idea).scalar_subquery()


def of_author(member_id: int, limit: int = 100) -> list[Mine]:
    """A member's ideas, newest first."""
    names = ("id", "title", "language", "status", "version", "created_at", "updated_at", "published_at")
    counters = (func.coalesce(counter, 0).label(counter.key) for counter in (IdeaRank.votes, IdeaRank.comments))
    rows = db.session.execute(
        select(*(getattr(Idea, name) for name in names), *counters, Idea.field_id)
        .outerjoin(IdeaRank, IdeaRank.idea_id == Idea.id)
        .where(Idea.author_id == member_id)
        .order_by(Idea.id.desc())
        .limit(limit)
    )
    fields = reference().field_by_id
    return [Mine(field=fields[row.pop("field_id")], **row) for row in (dict(row) for row in rows.mappings())]


def written_by(member_id: int, before: int | None = None, limit: int = 20) -> list[Shown]:
    """A member's ideas with all their text, in whatever state, newest first; `before` is the id the list goes on from."""
    rows = db.session.execute(
        select(Idea, IdeaRank.votes, IdeaRank.comments, Campaign)
        .join(Idea.author)
        .outerjoin(IdeaRank, IdeaRank.idea_id == Idea.id)
        .outerjoin(Campaign, Campaign.id == Idea.campaign_id)
        .where(Idea.author_id == member_id, Idea.id < before if before is not None else true())
        .order_by(Idea.id.desc())
        .limit(limit)
        .options(contains_eager(Idea.author))
    )
    return [Shown(row.Idea, row.votes or 0, row.comments or 0, row.Campaign) for row in rows]


def drafts_of(member_id: int | None, visitor: str | None = None) -> list[Draft]:
    """Unsent drafts of a member, or of a browser nobody has signed in on; the last touched first."""
    whose = Draft.member_id == member_id if member_id else (Draft.visitor == visitor) & Draft.member_id.is_(None)
    if not member_id and not visitor:
        return []
    unsent = select(Draft).where(whose, Draft.idea_id.is_(None)).order_by(Draft.updated_at.desc()).limit(50)
    return list(db.session.scalars(unsent.execution_options(populate_existing=True)))


def draft(token: str | None, member_id: int | None, visitor: str | None) -> Draft | None:
    """The draft behind a token, if this person wrote it."""
    if not token or not TOKEN.fullmatch(token):
        return None
    found = db.session.scalar(select(Draft).where(Draft.token == token).execution_options(populate_existing=True))
    return found if found and found.belongs_to(member_id, visitor) else None
