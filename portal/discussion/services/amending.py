"""After a comment is posted: its writer edits or withdraws it, the idea's authors mark it helpful."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select

from portal.accounts.models import Member
from portal.accounts.services.silencing import require_voice
from portal.database import db
from portal.discussion.events import CommentEdited, CommentWithdrawn
from portal.discussion.models import Comment
from portal.discussion.rules import check_body
from portal.discussion.services.commenting import open_authors, takes_part_young
from portal.errors import N_, Conflict, Missing, Refusal
from portal.ideas import queries as ideas
from portal.ideas import rank
from portal.outbox import services as outbox

EDIT_WINDOW = timedelta(minutes=15)


def edit(member: Member, comment_id: int, body: str, now: datetime) -> Comment:
    """Mend one's own comment. Where a minor takes part it waits for a moderator again.

    Raises Missing for another's, Conflict when the time is over, Refusal on a closed idea, and Invalid.
    """
    body = check_body(body)
    require_voice(member, now)
    comment = _own(member, comment_id)
    authors = open_authors(comment.idea_id, member)
    if now - comment.created_at > EDIT_WINDOW:
        raise Conflict(N_("Bình luận chỉ sửa được trong 15 phút đầu."))
    if comment.body == body:
        return comment
    if comment.status == "published" and takes_part_young(member, authors, now):
        comment.status = "waiting"
        rank.count(comment.idea_id, comments=-1, public_only=False)
    comment.body, comment.edited_at, comment.helpful = body, now, False  # other words than those that helped
    outbox.record(CommentEdited(comment.id))
    db.session.flush()
    return comment


def withdraw(member: Member, comment_id: int, now: datetime) -> Comment:
    """Take one's own comment back, at any time: nothing is left but its place, as long as answers to it are shown.

    Raises Missing for another's, and for one that is gone already.
    """
    comment = _own(member, comment_id)
    was_shown = comment.status == "published"
    comment.status, comment.body, comment.edited_at, comment.helpful = "removed", "", now, False
    outbox.record(CommentWithdrawn(comment.id))
    db.session.flush()
    if was_shown:
        rank.count(comment.idea_id, comments=-1, public_only=False)
    return comment


def _own(member: Member, comment_id: int) -> Comment:
    comment = db.session.scalar(
        select(Comment)
        .where(Comment.id == comment_id, Comment.member_id == member.id, Comment.status.in_(("waiting", "published")))
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if comment is None:
        raise Missing
    return comment


def mask(comment_id: int, change: Callable[[str], str]) -> None:
    """Apply `change` to the words of a comment; what was there before is kept nowhere."""
    comment = db.session.get_one(Comment, comment_id, populate_existing=True)
    comment.body = change(comment.body)
    db.session.flush()


def mark_helpful(author: Member, comment_id: int, *, helpful: bool) -> Comment:
    """An author of the idea says that a comment helped, or takes that back. Raises Missing, and Refusal for one's own."""
    comment = db.session.get(Comment, comment_id, populate_existing=True)
    if comment is None or comment.status != "published" or author.id not in ideas.writers(comment.idea_id):
        raise Missing
    if comment.member_id == author.id:
        raise Refusal(N_("Đây là bình luận của chính bạn."), status=403)
    comment.helpful = helpful
    return comment
