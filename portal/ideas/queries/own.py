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


def proposed(shown: Shown) -> Content | None:
    """What the author of a public idea would have it say, if that waits for somebody to read it."""
    if not shown.is_public:
        return None
    waiting = select(IdeaEdit.content).where(IdeaEdit.idea_id == shown.idea.id, IdeaEdit.state == "waiting")
    content = db.session.scalar(waiting)
    if content is None:
        return None
    codes = reference()
    return Content(
        **{name: content[name] for name in (*TEXTS, "language")},
        field=codes.field_by_id[content["field_id"]].code,
        unit=codes.unit_by_id[content["unit_id"]].code if content["unit_id"] else "",
        campaign=shown.content.campaign,
    )


def hides_old(idea_id: int) -> bool:
    """Whether the edit that waits asks for the versions of before to be hidden."""
    waiting = select(IdeaEdit.hides_old).where(IdeaEdit.idea_id == idea_id, IdeaEdit.state == "waiting")
    return bool(db.session.scalar(waiting))


def edit_column() -> ColumnElement[str | None]:
    """For a query about one idea: whether an edit of it waits, and if it is shown already: 'waiting', 'live', None."""
    seen = case((IdeaEdit.live, "live"), else_="waiting")
    waiting = select(seen).where(IdeaEdit.idea_id == Idea.id, IdeaEdit.state == "waiting")
    return waiting.correlate(Idea).scalar_subquery()


def of_author(member_id: int, limit: int = 100) -> list[Mine]:
    """A member's ideas, newest first."""
    names = ("id", "title", "status", "version", "created_at", "updated_at", "published_at")
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
