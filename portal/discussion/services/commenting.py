"""Comments: posted, shown, hidden. The idea's counter counts what is shown, in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select, update

from portal.accounts import limits
from portal.accounts.models import Member
from portal.accounts.services.silencing import require_voice
from portal.accounts.terms import is_minor
from portal.database import db
from portal.discussion.events import CommentPosted
from portal.discussion.models import Comment
from portal.discussion.rules import check_body
from portal.discussion.services.following import follow_after_comment
from portal.errors import N_, Missing, Refusal
from portal.ideas import queries as ideas
from portal.ideas import rank, states
from portal.ideas.models import Idea
from portal.outbox import services as outbox

SAME_AGAIN = timedelta(minutes=1)
"""The same words by the same person within this time are a second press of the button."""


def post(member: Member, idea_id: int, body: str, now: datetime, *, parent_id: int | None = None) -> Comment:
    """Comment on a public idea, or answer a comment on it. Shown at once, unless a minor takes part: then it waits.

    Whoever comments for the first time follows the idea from then on.

    Raises Missing, Refusal on an idea that is closed or of `parent` where that is not shown, Invalid and TooMany.
    """
    body = check_body(body)
    require_voice(member, now)
    authors = open_authors(idea_id, member)
    if not member.may("publish"):
        raise Refusal(N_("Bình luận được khi phụ huynh và bạn đều đồng ý cho đăng."), status=403)
    parent_id = _thread_of(parent_id, idea_id) if parent_id else None
    if again := _just_said(member, idea_id, parent_id, body, now):
        return again
    limits.take("comment:account", str(member.id), now)
    waits = takes_part_young(member, authors, now)
    comment = Comment(
        idea_id=idea_id,
        member_id=member.id,
        parent_id=parent_id,
        body=body,
        status="waiting" if waits else "published",
        created_at=now,
    )
    db.session.add(comment)
    db.session.flush()
    outbox.record(CommentPosted(comment.id))
    follow_after_comment(comment, now)
    db.session.flush()
    if not waits:
        rank.count(idea_id, comments=1, public_only=False)
    return comment


def publish(comment_id: int) -> bool:
    """Show a comment that waits or was hidden. False if there was nothing to do.

    Raises Refusal if its writer, or their guardian, allows that no more.
    """
    if not may_be_shown(comment_id):
        raise Refusal(N_("Phụ huynh hoặc tác giả không còn cho phép đăng bài này."), field="outcome")
    return _move(comment_id, ("waiting", "hidden"), "published", 1)


def may_be_shown(comment_id: int) -> bool:
    """Whether nobody has taken back what allows its writer to be read."""
    writer = select(Member).join(Comment, Comment.member_id == Member.id).where(Comment.id == comment_id)
    return db.session.scalars(writer.execution_options(populate_existing=True)).one().allows("publish")


def hide(comment_id: int) -> bool:
    """Stop showing a comment, or never begin to. False if there was nothing to do."""
    return _move(comment_id, ("published",), "hidden", -1) or _move(comment_id, ("waiting",), "hidden", 0)


def hold_back(comment_id: int) -> bool:
    """Let a person read a comment first, again or after all: meanwhile its writer alone sees it. False if it waits."""
    return _move(comment_id, ("published",), "waiting", -1) or _move(comment_id, ("hidden",), "waiting", 0)


def remove(comment_id: int) -> bool:
    """Take a hidden comment away for good; False if it is not hidden. Its words stay for whoever undoes that."""
    return _move(comment_id, ("hidden",), "removed", 0)


def put_back(comment_id: int) -> bool:
    """Undo that: it is hidden again."""
    return _move(comment_id, ("removed",), "hidden", 0)


def takes_part_young(member: Member, authors: Sequence[Member], now: datetime) -> bool:
    """Whether a minor writes, or is written to: then a person reads it first."""
    return any(is_minor(one, now.date()) for one in (member, *authors))


def open_authors(idea_id: int, member: Member) -> Sequence[Member]:
    """The authors of an idea that takes comments. Raises Missing, or Refusal on one that is closed."""
    # the member's row is locked, so that two presses of one button come one after the other
    db.session.execute(select(Member.id).where(Member.id == member.id).with_for_update(key_share=True))
    status = db.session.scalar(select(Idea.status).where(Idea.id == idea_id))
    if status not in states.READABLE:
        raise Missing
    if status not in states.PUBLIC:
        raise Refusal(N_("Ý tưởng này không nhận bình luận nữa."), status=409)
    return db.session.scalars(select(Member).where(Member.id.in_(ideas.writers(idea_id)))).all()


def _thread_of(parent_id: int, idea_id: int) -> int:
    """The comment that heads the thread: an answer to an answer joins the same thread."""
    parent = db.session.get(Comment, parent_id)
    if parent is None or parent.idea_id != idea_id or parent.status != "published":
        raise Refusal(N_("Bình luận bạn trả lời không còn ở đó. Gửi lại thì chữ của bạn đứng riêng."), field="parent")
    return parent.parent_id or parent.id


def _just_said(member: Member, idea_id: int, parent_id: int | None, body: str, now: datetime) -> Comment | None:
    last = (
        select(Comment)
        .where(Comment.member_id == member.id, Comment.idea_id == idea_id)
        .order_by(Comment.id.desc())
        .limit(1)
    )
    comment = db.session.scalar(last)
    same = comment is not None and (comment.body, comment.parent_id) == (body, parent_id)
    return comment if comment and same and now - comment.created_at < SAME_AGAIN else None


def _move(comment_id: int, old: tuple[str, ...], new: str, change: int) -> bool:
    idea_id = db.session.scalar(
        update(Comment)
        .where(Comment.id == comment_id, Comment.status.in_(old))
        .values(status=new)
        .returning(Comment.idea_id)
        .execution_options(synchronize_session=False)
    )
    if idea_id is None:
        return False
    if change:
        rank.count(idea_id, comments=change, public_only=False)
    return True
