"""One moderator at a time: a claim is a lease that lapses by itself, so nobody's closed window blocks a case."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select, update

from portal.accounts.models import Member
from portal.database import db
from portal.discussion.models import Comment
from portal.ideas.models import Idea
from portal.moderation.models import Case
from portal.moderation.services.refusals import why_not


def claim(case_id: int, moderator: Member, ttl: int, now: datetime) -> Case:
    """Hold a case, or hold it longer. Raises Conflict naming the holder, Missing, or Refusal for one's own text."""
    held = db.session.scalar(
        update(Case)
        .where(Case.id == case_id, Case.state == "open", free_for(moderator, now), *not_own(moderator))
        .values(claimed_by_id=moderator.id, claimed_until=now + timedelta(seconds=ttl))
        .returning(Case)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    if held is None:
        raise why_not(case_id, moderator, now)
    return held


def claim_next(moderator: Member, ttl: int, now: datetime) -> Case | None:
    """Hold the most urgent case that nobody holds; None if there is none. Two who ask at once get two cases."""
    free = or_(Case.claimed_until.is_(None), Case.claimed_until <= now)
    case_id = db.session.scalar(
        select(Case.id)
        .where(Case.state == "open", free, *not_own(moderator))
        .order_by(Case.urgent, Case.due_at, Case.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return None if case_id is None else claim(case_id, moderator, ttl, now)


def release(case_id: int, moderator: Member) -> None:
    """Let go of a case; of one that is not held there is nothing to let go."""
    db.session.execute(
        update(Case)
        .where(Case.id == case_id, Case.claimed_by_id == moderator.id)
        .values(claimed_by_id=None, claimed_until=None)
        .execution_options(synchronize_session=False)
    )


def free_for(moderator: Member, now: datetime) -> ColumnElement[bool]:
    """Held by nobody, by this moderator, or by somebody whose time is over."""
    return or_(Case.claimed_by_id.is_(None), Case.claimed_by_id == moderator.id, Case.claimed_until <= now)


def not_own(moderator: Member) -> tuple[ColumnElement[bool], ...]:
    """Nobody judges their own text, nor what is said about their own idea."""
    ideas = select(Idea.id).where(Idea.author_id == moderator.id)
    comments = select(Comment.id).where(Comment.member_id == moderator.id)
    return Case.idea_id.not_in(ideas), or_(Case.comment_id.is_(None), Case.comment_id.not_in(comments))
