"""Notices: written in the relay's transaction with the fact that causes them, read, forgotten."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from portal import database
from portal.database import db, insert_ignore
from portal.discussion.events import CommentPosted
from portal.discussion.models import Comment
from portal.ideas.models import Idea
from portal.moderation.events import CaseDecided, DecisionUndone
from portal.moderation.models import Case, Decision
from portal.notices import queries
from portal.notices.models import Notice

KEEP = timedelta(days=90)
SWEPT_AT_ONCE = 5000


def tell(
    members: Collection[int],
    kind: str,
    cause: str,
    due: datetime | None = None,
    *,
    idea_id: int | None = None,
    comment_id: int | None = None,
) -> None:
    """Tell each of `members` once of `cause` ("comment:9"), from `due` on."""
    if not members:
        return
    moment = database.now()
    told = {
        "kind": kind,
        "cause": cause,
        "thread": f"idea:{idea_id}" if idea_id else cause,
        "idea_id": idea_id,
        "comment_id": comment_id,
        "created_at": moment,
        "due_at": due or moment,
    }
    db.session.execute(insert_ignore(Notice.__table__), [{"member_id": member, **told} for member in members])


def tell_of_decision(event: CaseDecided, undo_window: int) -> None:
    """The author of an idea, once the decision can no longer be undone. Decisions about comments speak for themselves."""
    decision = db.session.execute(
        select(Decision.outcome, Decision.decided_at, Decision.idea_id, Idea.author_id, Case.kind)
        .join(Idea, Idea.id == Decision.idea_id)
        .join(Case, Case.id == Decision.case_id)
        .where(Decision.id == event.decision_id)
    ).one()
    if decision.kind == "idea":
        due = decision.decided_at + timedelta(seconds=undo_window)
        cause = f"decision:{event.decision_id}"
        tell([decision.author_id], decision.outcome, cause, due, idea_id=decision.idea_id)


def take_back_decision(event: DecisionUndone) -> None:
    """An undone decision was never told, or is told no more."""
    about = select(Decision.idea_id).where(Decision.id == event.decision_id).scalar_subquery()
    undone = delete(Notice).where(Notice.idea_id == about, Notice.cause == f"decision:{event.decision_id}")
    db.session.execute(undone.execution_options(synchronize_session=False))


def tell_of_comment(event: CommentPosted) -> None:
    """Whoever is answered, and the author of the idea; nobody of their own words. Shown once the comment is."""
    comment = db.session.execute(
        select(Comment.member_id, Comment.idea_id, Comment.parent_id, Idea.author_id)
        .join(Idea, Idea.id == Comment.idea_id)
        .where(Comment.id == event.comment_id)
    ).one()
    about = {"idea_id": comment.idea_id, "comment_id": event.comment_id}
    cause = f"comment:{event.comment_id}"
    answered = select(Comment.member_id).where(Comment.id == comment.parent_id)
    tell({*db.session.scalars(answered)} - {comment.member_id}, "reply", cause, **about)
    tell({comment.author_id} - {comment.member_id}, "comment", cause, **about)


def mark_read(member_id: int, up_to: int, now: datetime, thread: str | None = None) -> None:
    """Mark as read what the member has seen: a thread, or all, up to a notice; nothing that came after."""
    seen = queries.visible_ids(member_id, now).where(Notice.id <= up_to, Notice.read_at.is_(None))
    if thread is not None:
        seen = seen.where(Notice.thread == thread)
    read = update(Notice).where(Notice.id.in_(seen)).values(read_at=now)
    db.session.execute(read.execution_options(synchronize_session=False))


def sweep(now: datetime) -> None:
    """Forget what is three months old, read or not; as much as one short transaction takes."""
    old = select(Notice.id).where(Notice.created_at < now - KEEP).order_by(Notice.id).limit(SWEPT_AT_ONCE)
    db.session.execute(delete(Notice).where(Notice.id.in_(old)).execution_options(synchronize_session=False))
