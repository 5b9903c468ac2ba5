"""Everything that reads comments."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, exists, func, literal, or_, select, union_all
from sqlalchemy.orm import aliased, contains_eager

from portal.database import db
from portal.discussion.models import Comment
from portal.errors import Missing

THREADS = 30
ANSWERS = 10
"""As many are shown under each comment; the rest by asking for that thread."""

ANSWER = aliased(Comment)  # once: making an alias costs more than the query


@dataclass
class Thread:
    """A comment and the answers to it, oldest first; `more` of them follow. Of one that is `gone` only the place is shown."""

    comment: Comment
    gone: bool = False
    answers: list[Comment] = field(default_factory=list)
    more: int = 0


@dataclass(frozen=True)
class Page:
    """Some threads, newest first; `after` leads to the next ones. `alone` if one thread was asked for."""

    threads: list[Thread]
    after: int | None
    alone: bool = False


def threads(idea_id: int, reader_id: int | None, after: int | None = None, limit: int = THREADS) -> Page:
    """Threads of an idea with their writers, in one query. Writers see their own comments that wait.

    A comment that is no longer shown keeps its place as long as answers to it are.
    """
    heads = select(Comment.id).where(Comment.idea_id == idea_id, Comment.parent_id.is_(None))
    if after is not None:
        heads = heads.where(Comment.id < after)
    heads = heads.order_by(Comment.id.desc()).limit(limit + 1)
    answered = exists().where(ANSWER.parent_id == Comment.id, _readable(reader_id, ANSWER))
    # two questions and not one with "or", which would walk through the comments of all ideas
    both = union_all(
        *(select(some.subquery().c.id) for some in (heads.where(_readable(reader_id)), heads.where(_gone(), answered)))
    ).subquery()
    newest = select(both.c.id).distinct().order_by(both.c.id.desc()).limit(limit + 1)
    found = _threads(newest, reader_id, 0)
    return Page(found[:limit], found[limit - 1].comment.id if len(found) > limit else None)


def thread(idea_id: int, reader_id: int | None, head_id: int, after: int = 0) -> Page:
    """One thread alone, its answers beyond the comment `after`. One query; no thread if there is none."""
    head = select(Comment.id).where(Comment.id == head_id, Comment.idea_id == idea_id, Comment.parent_id.is_(None))
    found = [one for one in _threads(head, reader_id, after) if one.answers or not one.gone]
    return Page(found, None, alone=True)


def long_thread(idea_id: int, comment_id: int, reader_id: int | None) -> int | None:
    """The head of the thread in which an answer stands too far down to be shown under the idea."""
    its = (Comment.id == comment_id, Comment.idea_id == idea_id, Comment.parent_id.is_not(None))
    comment = db.session.scalar(select(Comment).where(*its))
    return comment.parent_id if comment and place_in_thread(comment, reader_id) >= ANSWERS else None


def place_in_thread(comment: Comment, reader_id: int | None) -> int:
    """How many answers that this reader sees stand before this one."""
    before = (Comment.parent_id == comment.parent_id, Comment.id < comment.id, _readable(reader_id))
    return db.session.scalar(select(func.count()).where(*before)) or 0


def flat(idea_id: int, after: int | None = None, limit: int = THREADS) -> tuple[list[Comment], int | None]:
    """Published comments of an idea, oldest first, answers among them; and where the list goes on."""
    rows = _with_writers().where(Comment.idea_id == idea_id, Comment.status == "published")
    if after is not None:
        rows = rows.where(Comment.id > after)
    found = list(db.session.scalars(rows.order_by(Comment.id).limit(limit + 1)))
    return found[:limit], found[limit - 1].id if len(found) > limit else None


def own(comment_id: int, idea_id: int, member_id: int) -> Comment:
    """A member's own comment on an idea, if others may see it or will. Raises Missing."""
    mine = (Comment.id == comment_id, Comment.idea_id == idea_id, Comment.member_id == member_id)
    found = db.session.scalar(select(Comment).where(*mine, Comment.status.in_(("waiting", "published"))))
    if found is None:
        raise Missing
    return found


def own_words(comment_id: int, member_id: int) -> str:
    """What a member said, whatever became of it. Raises Missing for what others said."""
    words = db.session.scalar(select(Comment.body).where(Comment.id == comment_id, Comment.member_id == member_id))
    if words is None:
        raise Missing
    return words


def _with_writers() -> Select[Any]:
    return select(Comment).join(Comment.member).options(contains_eager(Comment.member))


def _readable(reader_id: int | None, of: Any = Comment) -> ColumnElement[bool]:
    shown: ColumnElement[bool] = of.status == "published"
    return shown if reader_id is None else or_(shown, (of.status == "waiting") & (of.member_id == reader_id))


def _gone() -> ColumnElement[bool]:
    return Comment.status != "published"


def _threads(heads: Select[int], reader_id: int | None, after: int) -> list[Thread]:
    """The newest first, each with its first answers beyond `after` and how many more there are.

    Which comments is settled before any is read: a table of millions is asked for a few hundred ids.
    """
    head = heads.cte("head")
    by_head: dict[str, Any] = {"partition_by": ANSWER.parent_id}
    place = func.row_number().over(**by_head, order_by=ANSWER.id).label("place")
    answers = select(ANSWER.id, place, func.count().over(**by_head).label("total"))
    answers = answers.join(head, head.c.id == ANSWER.parent_id).where(ANSWER.id > after, _readable(reader_id, ANSWER))
    ranked = answers.subquery()
    first = select(ranked.c.id, ranked.c.total).where(ranked.c.place <= ANSWERS)
    shown = select(head.c.id, literal(0).label("total")).union_all(first).subquery()
    rows = db.session.execute(
        _with_writers()
        .add_columns(_readable(reader_id).label("readable"), shown.c.total)
        .join(shown, shown.c.id == Comment.id)
        .order_by(Comment.id)
    ).all()
    found = {row.Comment.id: Thread(row.Comment, not row.readable) for row in rows if row.Comment.parent_id is None}
    for row in rows:
        if row.Comment.parent_id in found:
            its = found[row.Comment.parent_id]
            its.answers.append(row.Comment)
            its.more = row.total - len(its.answers)
    return sorted(found.values(), key=lambda one: -one.comment.id)
