"""What takes two: to refuse a child's idea, to remove a text for good, to silence its writer.

The first proposes, and a second looks at it with fresh eyes.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Select, exists, func, select, update
from sqlalchemy.orm import aliased

from portal.accounts.models import Member
from portal.accounts.services.silencing import silence
from portal.accounts.terms import is_minor
from portal.audit import services as audit
from portal.database import db
from portal.discussion import services as discussion
from portal.discussion.models import Comment
from portal.errors import N_, Refusal
from portal.ideas import services as ideas
from portal.ideas.models import Idea
from portal.moderation.events import SilenceLifted
from portal.moderation.models import Appeal, Case, Decision, Proposal
from portal.outbox import services as outbox

SILENCES = (7, 30, 90)
"""Days for which somebody may be silenced."""
HEAVY_KINDS = ("idea", "comment", "report")


class Heavier(NamedTuple):
    """What a refusal may carry beside the letter."""

    remove: bool = False
    silence_days: int = 0

    def check(self, kind: str, outcome: str) -> None:
        """Raises Refusal where it does not belong."""
        if self == Heavier():
            return
        if outcome != "reject" or kind not in HEAVY_KINDS:
            raise Refusal(N_("Gỡ hẳn và tạm ngừng quyền viết chỉ đi cùng với không đăng."), field="outcome")
        if self.silence_days not in {0, *SILENCES}:
            raise Refusal(N_("Chọn số ngày trong danh sách."), field="silence_days")


def needs_second(case: Case, outcome: str, heavier: Heavier, moderator: Member, now: datetime) -> bool:
    """Whether this decision is only a proposal until somebody else says the same."""
    if outcome != "reject":
        return False
    said = (Proposal.case_id == case.id, Proposal.idea_version == case.idea_version)
    others = select(Proposal).where(*said, Proposal.moderator_id != moderator.id)
    if heavier.remove:
        others = others.where(Proposal.remove)
    if heavier.silence_days:
        others = others.where(Proposal.silence_days >= heavier.silence_days)
    alone = heavier == Heavier() and not (case.kind == "idea" and is_minor(writer_of(case), now.date()))
    return not alone and db.session.scalar(others.limit(1)) is None


def propose(case: Case, moderator: Member, reason: str, advice: str, heavier: Heavier, now: datetime) -> None:
    """The case stays open, for anybody but the one who proposes. Who proposes again has changed their mind."""
    said = {"case_id": case.id, "idea_version": case.idea_version, "moderator_id": moderator.id}
    proposal = db.session.scalar(select(Proposal).filter_by(**said)) or Proposal(**said)
    proposal.reason, proposal.advice, proposal.at = reason, advice, now
    proposal.remove, proposal.silence_days = heavier.remove, heavier.silence_days
    db.session.add(proposal)
    case.state, case.barred_id = "open", moderator.id
    case.change, case.changed_at, case.changed_by_id = "proposed", now, moderator.id
    detail = {"idea": case.idea_id, "reason": reason, **heavier._asdict()}
    audit.record(moderator.id, "case.propose", "case", case.id, detail)
    db.session.flush()


def weigh_down(case: Case, decision: Decision, heavier: Heavier, by: Member, now: datetime) -> None:
    """After the refusal has hidden the text."""
    if heavier.remove:
        remove(case, decision, by, now)
    if heavier.silence_days:
        decision.silenced_until = now + timedelta(days=heavier.silence_days)
        quieten(writer_of(case), decision.silenced_until)


def remove(case: Case, decision: Decision, by: Member, now: datetime) -> None:
    """Take away for good what is hidden or refused already."""
    decision.removed = True
    if case.comment_id:
        discussion.remove(case.comment_id)
    else:
        ideas.remove(case.idea_id, by, now)


def quieten(writer: Member, until: datetime) -> None:
    """Until then at least: a longer silence stays."""
    silence(writer.id, max(until, writer.silenced_until or until))


def lift(case: Case, decision: Decision, by: Member, now: datetime) -> None:
    """Undo both, before the refusal itself is undone. Silence that other decisions asked for stays."""
    if decision.removed and case.comment_id:
        discussion.put_back(case.comment_id)
    elif decision.removed:
        ideas.put_back(case.idea_id, "removed", "hidden" if case.kind == "report" else "rejected", by, now)
    decision.removed = False
    writer = writer_of(case)
    if decision.silenced_until and writer.silenced_until and writer.silenced_until > now:
        silence(writer.id, _other_silence(writer.id, now))


def give_voice(member_id: int, by: Member, now: datetime) -> None:
    """End somebody's silence before its time; undoing a decision does not bring it back. Without one nothing changes."""
    member = db.session.get_one(Member, member_id, populate_existing=True)
    until = member.silenced_until
    if until is None or until <= now:
        return
    silence(member_id, None)
    theirs = _silences(member_id, now).with_only_columns(Decision.id)
    over = update(Decision).where(Decision.id.in_(theirs)).values(silenced_until=now)
    db.session.execute(over.execution_options(synchronize_session=False))
    audit.record(by.id, "author.unsilence", "member", member_id, {})
    outbox.record(SilenceLifted(member_id, int(until.timestamp())))


def _other_silence(writer_id: int, now: datetime) -> datetime | None:
    """Until when decisions that stand, and were not overturned on appeal, ask somebody to be silent."""
    answer = aliased(Decision)
    granted = (answer.case_id == Appeal.case_id, answer.outcome == "approve", answer.undone_at.is_(None))
    overturned = exists().where(Appeal.decision_id == Decision.id, *granted).correlate(Decision)
    standing = _silences(writer_id, now).where(Decision.undone_at.is_(None), ~overturned)
    return db.session.scalar(standing.with_only_columns(func.max(Decision.silenced_until)))


def _silences(writer_id: int, now: datetime) -> Select[Decision]:
    """Decisions that silence somebody beyond now."""
    lasting = select(Decision).join(Case, Case.id == Decision.case_id).where(Decision.silenced_until > now)
    whose = lasting.join(Idea, Idea.id == Case.idea_id).outerjoin(Comment, Comment.id == Case.comment_id)
    return whose.where(func.coalesce(Comment.member_id, Idea.author_id) == writer_id)


def writer_of(case: Case) -> Member:
    """Whose text a case is about."""
    who = select(Member).join(Idea, Idea.author_id == Member.id).where(Idea.id == case.idea_id)
    if case.comment_id:
        who = select(Member).join(Comment, Comment.member_id == Member.id).where(Comment.id == case.comment_id)
    return db.session.scalars(who.execution_options(populate_existing=True)).one()
