"""Authors whom a moderator trusts from now on: what little they change later is shown first and read afterwards."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import delete, select

from portal.accounts.models import Member
from portal.accounts.terms import is_minor
from portal.audit import services as audit
from portal.database import db, insert_ignore
from portal.errors import N_, Refusal
from portal.ideas.models import Idea
from portal.moderation.models import STANDS, Case, Decision, Trust

ENDS_TRUST = (Decision.outcome == "reject") & (Case.kind != "appeal")


def is_trusted(member_id: int) -> bool:
    return db.session.scalar(select(Trust.member_id).where(Trust.member_id == member_id)) is not None


def trust(author: Member, by: Member, now: datetime) -> None:
    """From now on. Nobody trusts a child in this way: what they write is read first. Raises Refusal."""
    if is_minor(author, now.date()):
        raise Refusal(N_("Bài của người dưới 18 tuổi luôn có người đọc trước."), field="trust")
    row = insert_ignore(Trust.__table__).values(member_id=author.id, by_id=by.id, since=now)
    if db.session.scalar(row.returning(Trust.__table__.c.member_id)) is not None:
        audit.record(by.id, "author.trust", "member", author.id, {})


def end_trust(author_id: int, by: Member) -> dict[str, Any] | None:
    """Everything of theirs is read first again. Without trust nothing changes; returns what there was of it."""
    gone = delete(Trust).where(Trust.member_id == author_id).returning(Trust.by_id, Trust.since)
    was = db.session.execute(gone.execution_options(synchronize_session=False)).first()
    if was is None:
        return None
    audit.record(by.id, "author.distrust", "member", author_id, {})
    return {"by_id": was.by_id, "since": was.since.isoformat()}


def follow_decision(case: Case, decision: Decision, by: Member, *, trusting: bool) -> None:
    """An approval may trust; whoever is refused something of theirs is trusted no more."""
    author = db.session.scalars(
        select(Member).join(Idea, Idea.author_id == Member.id).where(Idea.id == case.idea_id)
    ).one()
    if trusting and decision.outcome == "approve" and case.kind in {"idea", "edit"}:
        trust(author, by, decision.decided_at)
    elif decision.outcome == "reject" and case.comment_id is None and case.kind != "appeal":  # as ENDS_TRUST
        decision.distrusted = end_trust(author.id, by)


def undo_trust(case: Case, decision: Decision, by: Member) -> None:
    """Trust that came with a decision goes with it; what ended with it is given back once no other refusal stands."""
    author_id = db.session.scalars(select(Idea.author_id).where(Idea.id == case.idea_id)).one()
    given = select(Trust.member_id).where(Trust.member_id == author_id, Trust.since == decision.decided_at)
    if db.session.scalar(given) is not None:
        end_trust(author_id, by)
    if decision.distrusted is None:
        return
    if another := _refused_since(author_id, decision):
        another.distrusted = another.distrusted or decision.distrusted
        return
    was = {**decision.distrusted, "since": datetime.fromisoformat(decision.distrusted["since"])}
    db.session.execute(insert_ignore(Trust.__table__).values(member_id=author_id, **was))
    audit.record(by.id, "author.trust", "member", author_id, {})


def _refused_since(author_id: int, decision: Decision) -> Decision | None:
    later = select(Decision).join(Case, Case.id == Decision.case_id).join(Idea, Idea.id == Decision.idea_id)
    later = later.where(Idea.author_id == author_id, Decision.id > decision.id, ENDS_TRUST, STANDS)
    return db.session.scalar(later.order_by(Decision.id).limit(1))
