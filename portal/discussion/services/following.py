"""Following an idea: asked for, or begun by one's first comment and then said so. Supporting is not following."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select

from portal.accounts.models import Member
from portal.database import db, insert_ignore
from portal.discussion.models import Comment, Follow
from portal.errors import N_, Missing, Refusal
from portal.ideas import queries as ideas
from portal.ideas import states
from portal.ideas.models import Idea


def follow(member: Member, idea_id: int, now: datetime) -> None:
    """Be told of news of an idea. Asked for again it changes nothing.

    Raises Missing, and Refusal for one's own idea or one that is closed.
    """
    found = db.session.execute(select(Idea.author_id, Idea.status).where(Idea.id == idea_id)).first()
    if found is None or found.status not in states.READABLE:
        raise Missing
    if found.author_id == member.id:
        raise Refusal(N_("Đây là ý của bạn, nên bạn luôn nhận tin của nó."), status=403)
    if found.status not in states.PUBLIC:
        raise Refusal(N_("Ý tưởng này đã khép lại, không còn tin mới."), status=409)
    _insert(member.id, idea_id, now, automatic=False)


def follow_after_comment(comment: Comment, now: datetime) -> bool:
    """Begin to follow with one's first comment on an idea, never again: who has refused once is not asked anew.

    True if this began it.
    """
    earlier = select(Comment.id).where(
        Comment.idea_id == comment.idea_id, Comment.member_id == comment.member_id, Comment.id < comment.id
    )
    if db.session.scalar(earlier.limit(1)) is not None or comment.member_id in ideas.writers(comment.idea_id):
        return False
    return _insert(comment.member_id, comment.idea_id, now, automatic=True)


def unfollow(member: Member, idea_id: int) -> None:
    """No more news of an idea, in whatever state it is. Without a follow it changes nothing."""
    mine = delete(Follow).where(Follow.idea_id == idea_id, Follow.member_id == member.id)
    db.session.execute(mine.execution_options(synchronize_session=False))


def _insert(member_id: int, idea_id: int, now: datetime, *, automatic: bool) -> bool:
    row = {"idea_id": idea_id, "member_id": member_id, "created_at": now, "automatic": automatic}
    new = insert_ignore(Follow.__table__).values(row).returning(Follow.__table__.c.idea_id)
    return db.session.scalar(new) is not None
