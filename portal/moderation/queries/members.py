"""What the desk knows of one who writes: through the cases its reader may have, and through nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, func, or_, select, union
from sqlalchemy.orm import aliased, joinedload

from portal.accounts.models import Member
from portal.database import db
from portal.discussion.models import Comment
from portal.ideas.models import Idea
from portal.moderation.models import Case, Decision, Note, Trust
from portal.moderation.queries.cases import PAGE, Where

MOST = 200


@dataclass(frozen=True)
class Limited:
    """Somebody who is trusted, by whose word and since when, or silenced until when."""

    member: Member
    trusted_since: datetime | None
    trusted_by: str | None

    def silenced_until(self, now: datetime) -> datetime | None:
        until = self.member.silenced_until
        return until if until and until > now else None


def wrote(member_id: int) -> ColumnElement[bool]:
    """Cases about what this member has written: their ideas and edits, or their comments."""
    ideas = select(Idea.id).where(Idea.author_id == member_id)
    comments = select(Comment.id).where(Comment.member_id == member_id)
    under = comments.with_only_columns(Comment.idea_id)
    theirs = or_(Case.comment_id.in_(comments), Case.comment_id.is_(None) & Case.idea_id.in_(ideas))
    return Case.idea_id.in_(union(ideas, under)) & theirs


def writer(member_id: int, scope: Where) -> Limited | None:
    """A member of whom something came to the desk that the reader may have; None for everybody else."""
    return next(iter(_limited([member_id], scope)), None)


def limited(scope: Where, now: datetime) -> Sequence[Limited]:
    """Those who are trusted or silenced now, by name."""
    silencing = select(func.coalesce(Comment.member_id, Idea.author_id)).select_from(Decision)
    silencing = silencing.join(Case, Case.id == Decision.case_id).join(Idea, Idea.id == Case.idea_id)
    silencing = silencing.outerjoin(Comment, Comment.id == Case.comment_id).where(Decision.silenced_until > now)
    people = db.session.scalars(union(select(Trust.member_id), silencing)).all()
    found = _limited(people, scope)
    return [one for one in found if one.trusted_since or one.silenced_until(now)]


def notes_about(member_id: int, scope: Where) -> Sequence[Note]:
    """What moderators have told each other about what somebody wrote, the latest first."""
    told = select(Note).join(Case, Case.id == Note.case_id).where(wrote(member_id), *scope)
    told = told.options(joinedload(Note.member, innerjoin=True)).order_by(Note.id.desc()).limit(PAGE)
    return db.session.scalars(told).all()


def _limited(people: Sequence[int], scope: Where) -> Sequence[Limited]:
    """Those of these people of whom something came to a desk, in one query."""
    ideas = select(Idea.author_id).join(Case, Case.idea_id == Idea.id)
    ideas = ideas.where(Idea.author_id.in_(people), Case.comment_id.is_(None), *scope)
    said = (Case.idea_id == Comment.idea_id) & (Case.comment_id == Comment.id)
    comments = select(Comment.member_id).join(Case, said).where(Comment.member_id.in_(people), *scope)
    giver = aliased(Member)
    rows = (
        select(Member, Trust.since, giver.display_name)
        .outerjoin(Trust, Trust.member_id == Member.id)
        .outerjoin(giver, giver.id == Trust.by_id)
        .where(Member.id.in_(union(ideas, comments)))
        .order_by(Member.display_name, Member.id)
        .limit(MOST)
        .execution_options(populate_existing=True)
    )
    return [Limited(*row) for row in db.session.execute(rows)]
