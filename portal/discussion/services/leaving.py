"""Reactions of the talk: what a child said follows the consent, and an erased member is forgotten."""

from __future__ import annotations

from sqlalchemy import delete, select, update

from portal.accounts.events import ConsentChanged, MemberErased
from portal.accounts.models import Member
from portal.database import db
from portal.discussion.models import Comment, Follow, Report
from portal.discussion.services.commenting import hide


def follow_consent(event: ConsentChanged) -> None:
    """Without a yes to publishing, what a child said is shown no more."""
    member = db.session.get_one(Member, event.member_id, populate_existing=True)
    if not member.allows("publish"):
        for comment_id in _comments_of(member.id):
            hide(comment_id)


def forget_writer(event: MemberErased) -> None:
    """The words go; an empty place stays, so that answers by others keep their thread."""
    for comment_id in _comments_of(event.member_id):
        hide(comment_id)
    mine = update(Comment).where(Comment.member_id == event.member_id)
    db.session.execute(mine.values(body="", status="removed").execution_options(synchronize_session=False))
    reports = update(Report).where(Report.member_id == event.member_id).values(note="")
    db.session.execute(reports.execution_options(synchronize_session=False))
    follows = delete(Follow).where(Follow.member_id == event.member_id)
    db.session.execute(follows.execution_options(synchronize_session=False))


def _comments_of(member_id: int) -> list[int]:
    return list(db.session.scalars(select(Comment.id).where(Comment.member_id == member_id).order_by(Comment.idea_id)))
