"""Authors whom a moderator trusts from now on: what little they change later is shown first and read afterwards."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, select

from portal.accounts.models import Member
from portal.accounts.terms import is_minor
from portal.audit import services as audit
from portal.database import db, insert_ignore
from portal.errors import N_, Refusal
from portal.ideas.models import Idea
from portal.moderation.models import Case, Decision, Trust


def is_trusted(member_id: int) -> bool:
    return db.session.scalar(select(Trust.member_id).where(Trust.member_id == member_id)) is not None


def trust(author: Member, by: Member, now: datetime) -> None:
    """From now on. Nobody trusts a child in this way: what they write is read first. Raises Refusal."""
    if is_minor(author, now.date()):
        raise Refusal(N_("Bài của người dưới 18 tuổi luôn có người đọc trước."), field="trust")
    row = insert_ignore(Trust.__table__).values(member_id=author.id, by_id=by.id, since=now)
    if db.session.scalar(row.returning(Trust.__table__.c.member_id)) is not None:
        audit.record(by.id, "author.trust", "member", author.id, {})


def end_trust(author_id: int, by: Member) -> None:
    """Everything of theirs is read first again. Without trust nothing changes."""
    gone = delete(Trust).where(Trust.member_id == author_id).returning(Trust.member_id)
    if db.session.scalar(gone.execution_options(synchronize_session=False)) is not None:
        audit.record(by.id, "author.distrust", "member", author_id, {})


def follow_decision(case: Case, decision: Decision, by: Member, *, trusting: bool) -> None:
    """An approval may trust; whoever is refused something of theirs is trusted no more."""
    author = db.session.scalars(
        select(Member).join(Idea, Idea.author_id == Member.id).where(Idea.id == case.idea_id)
    ).one()
    if trusting and decision.outcome == "approve" and case.kind in {"idea", "edit"}:
        trust(author, by, decision.decided_at)
    elif decision.outcome == "reject" and case.comment_id is None and case.kind != "appeal":
        end_trust(author.id, by)


def distrust_undone(case: Case, decision: Decision, by: Member) -> None:
    """Trust that came with a decision goes with it."""
    given = select(Trust.member_id).join(Idea, Idea.author_id == Trust.member_id).where(Idea.id == case.idea_id)
    author_id = db.session.scalar(given.where(Trust.since == decision.decided_at))
    if author_id is not None:
        end_trust(author_id, by)
