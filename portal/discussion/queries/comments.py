"""Everything that reads comments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import contains_eager

from portal.database import db
from portal.discussion.models import Comment

THREADS = 30


@dataclass
class Thread:
    """A comment and the answers to it, oldest first."""

    comment: Comment
    answers: list[Comment] = field(default_factory=list)


@dataclass(frozen=True)
class Page:
    """Some threads, newest first; `after` leads to the next ones."""

    threads: list[Thread]
    after: int | None


def threads(idea_id: int, reader_id: int | None, after: int | None = None, limit: int = THREADS) -> Page:
    """Threads of an idea with their writers, in one query. Writers see their own comments that wait."""
    heads = select(Comment.id).where(Comment.idea_id == idea_id, Comment.parent_id.is_(None), _readable(reader_id))
    if after is not None:
        heads = heads.where(Comment.id < after)
    chosen = heads.order_by(Comment.id.desc()).limit(limit + 1).subquery()
    ids = select(chosen.c.id)
    rows = _with_writers().where(or_(Comment.id.in_(ids), Comment.parent_id.in_(ids)), _readable(reader_id))
    comments = db.session.scalars(rows.order_by(Comment.id)).all()
    return _page(comments, limit)


def flat(idea_id: int, after: int | None = None, limit: int = THREADS) -> tuple[list[Comment], int | None]:
    """Published comments of an idea, oldest first, answers among them; and where the list goes on."""
    rows = _with_writers().where(Comment.idea_id == idea_id, Comment.status == "published")
    if after is not None:
        rows = rows.where(Comment.id > after)
    found = list(db.session.scalars(rows.order_by(Comment.id).limit(limit + 1)))
    return found[:limit], found[limit - 1].id if len(found) > limit else None


def own(comment_id: int, member_id: int) -> Comment | None:
    """A member's own comment, if others may see it or will."""
    mine = (Comment.id == comment_id) & (Comment.member_id == member_id)
    return db.session.scalar(select(Comment).where(mine, Comment.status.in_(("waiting", "published"))))


def _with_writers() -> Select[Comment]:
    return select(Comment).join(Comment.member).options(contains_eager(Comment.member))


def _readable(reader_id: int | None) -> ColumnElement[bool]:
    shown = Comment.status == "published"
    return shown if reader_id is None else or_(shown, (Comment.status == "waiting") & (Comment.member_id == reader_id))


def _page(comments: Sequence[Comment], limit: int) -> Page:
    found = {comment.id: Thread(comment) for comment in comments if comment.parent_id is None}
    for comment in comments:
        if comment.parent_id in found:
            found[comment.parent_id].answers.append(comment)
    newest = sorted(found.values(), key=lambda thread: -thread.comment.id)
    return Page(newest[:limit], newest[limit - 1].comment.id if len(newest) > limit else None)
