"""Who stands under an idea, who is asked to, and what one is asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from portal import text
from portal.accounts.models import Member
from portal.database import db
from portal.ideas import states
from portal.ideas.models import Idea, IdeaAuthor
from portal.ideas.queries.writer import Writer


def coauthors(idea_ids: Collection[int]) -> dict[int, tuple[Writer, ...]]:
    """Accepted co-authors of each of these ideas that has any, in the order they joined. One query."""
    rows = db.session.execute(
        select(IdeaAuthor.idea_id, Member.id, Member.handle, Member.display_name)
        .join(Member, Member.id == IdeaAuthor.member_id)
        .where(IdeaAuthor.idea_id.in_(idea_ids), IdeaAuthor.state == "accepted")
        .order_by(IdeaAuthor.answered_at, IdeaAuthor.id)
    )
    found: defaultdict[int, tuple[Writer, ...]] = defaultdict(tuple)
    for row in rows:
        found[row.idea_id] += (Writer(row.id, row.handle, row.display_name),)
    return dict(found)


def writers(idea_id: int) -> set[int]:
    """Ids of the author and the co-authors of an idea."""
    author = select(Idea.author_id).where(Idea.id == idea_id)
    beside = select(IdeaAuthor.member_id).where(IdeaAuthor.idea_id == idea_id, IdeaAuthor.state == "accepted")
    return {member_id for member_id in db.session.scalars(author.union(beside)) if member_id is not None}


def unanswered(idea_id: int) -> list[IdeaAuthor]:
    """What the author has typed and nobody has said yes to, the oldest first; who declined looks the same."""
    rows = select(IdeaAuthor).where(IdeaAuthor.idea_id == idea_id, IdeaAuthor.invited_as.is_not(None))
    return list(db.session.scalars(rows.order_by(IdeaAuthor.id)))


@dataclass(frozen=True)
class Beside:
    """An idea of somebody else's that one is asked to stand under, or does."""

    id: int
    title: str
    language: str
    status: str
    author_name: str
    state: str
    since: datetime

    @property
    def slug(self) -> str:
        return text.slug(self.title)


def beside_of(member_id: int) -> list[Beside]:
    """Invitations to a member and what came of those accepted, the newest first."""
    columns = (Idea.id, Idea.title, Idea.language, Idea.status, Member.display_name, IdeaAuthor.state)
    rows = db.session.execute(
        select(*columns, IdeaAuthor.created_at)
        .join(IdeaAuthor, IdeaAuthor.idea_id == Idea.id)
        .join(Member, Member.id == Idea.author_id)
        .where(IdeaAuthor.member_id == member_id, IdeaAuthor.state != "declined")
        .order_by(IdeaAuthor.id.desc())
        .limit(100)
    )
    found = [Beside(*row) for row in rows]
    mine = [one for one in found if one.state == "accepted" or one.status in states.OPEN_TO_INVITED]
    return [one for one in mine if one.status != "waiting_guardian"]
