"""Comments and follows go along when one idea goes up in another, and come back if that is undone."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, or_, select, tuple_, update

from portal.database import db, insert_ignore, portions
from portal.discussion.models import Comment, Follow
from portal.ideas import rank


@dataclass(frozen=True)
class MovedFollow:
    """A follow that left an idea; `fresh` if the member did not follow the other idea before."""

    member_id: int
    created_at: datetime
    automatic: bool
    fresh: bool


def move_comments(from_id: int, to_id: int) -> Sequence[int]:
    """Take all comments of an idea to another, shown or not; returns their ids. The counters follow."""
    moved = update(Comment).where(Comment.idea_id == from_id).values(idea_id=to_id).returning(Comment.id)
    ids = db.session.scalars(moved.execution_options(synchronize_session=False)).all()
    _count(from_id, to_id, ids)
    return ids


def move_comments_back(from_id: int, to_id: int, ids: Iterable[int]) -> None:
    """Undo `move_comments`. Answers given meanwhile go with the comment they answer."""
    ids = list(ids)
    back: list[int] = []
    for some in portions(ids):
        theirs = or_(Comment.id.in_(some), Comment.parent_id.in_(some))
        moved = update(Comment).where(Comment.idea_id == to_id, theirs).values(idea_id=from_id).returning(Comment.id)
        back += db.session.scalars(moved.execution_options(synchronize_session=False)).all()
    _count(to_id, from_id, back)


def move_follows(from_id: int, to_id: int, leave_out: Collection[int]) -> list[MovedFollow]:
    """Take all follows of an idea to another, each member's once; its authors need none."""
    gone = delete(Follow).where(Follow.idea_id == from_id)
    follows = db.session.execute(gone.returning(Follow.member_id, Follow.created_at, Follow.automatic)).all()
    rows = [{**row._mapping, "idea_id": to_id} for row in follows if row.member_id not in leave_out]  # noqa: SLF001
    fresh: set[int] = set()
    for some in portions(rows):
        new = insert_ignore(Follow.__table__).values(some)
        fresh.update(db.session.scalars(new.returning(Follow.__table__.c.member_id)))
    return [MovedFollow(row.member_id, row.created_at, row.automatic, row.member_id in fresh) for row in follows]


def move_follows_back(from_id: int, to_id: int, moved: Iterable[MovedFollow]) -> None:
    """Undo `move_follows`."""
    moved = list(moved)
    for some in portions(moved):
        rows = [
            {"idea_id": from_id, "member_id": one.member_id, "created_at": one.created_at, "automatic": one.automatic}
            for one in some
        ]
        db.session.execute(insert_ignore(Follow.__table__).values(rows))
        fresh = [(one.member_id, one.created_at) for one in some if one.fresh]
        if fresh:
            theirs = tuple_(Follow.member_id, Follow.created_at).in_(fresh)
            db.session.execute(delete(Follow).where(Follow.idea_id == to_id, theirs))


def _count(from_id: int, to_id: int, ids: Sequence[int]) -> None:
    """Of the comments that moved, those that are shown are counted at the other idea now."""
    shown = 0
    for some in portions(ids):
        counted = select(func.count()).where(Comment.id.in_(some), Comment.status == "published")
        shown += db.session.scalar(counted) or 0
    if shown:
        rank.count(from_id, comments=-shown, public_only=False)
        rank.count(to_id, comments=shown, public_only=False)
