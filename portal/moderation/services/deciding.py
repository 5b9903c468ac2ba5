"""One decision for one version of a case, with its effect on the idea in the same transaction; and taking it back."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import update

from portal.accounts.models import Member
from portal.database import db
from portal.discussion import services as discussion
from portal.errors import N_, Conflict, Missing, Refusal
from portal.ideas import services as ideas
from portal.moderation import rules
from portal.moderation.events import CaseDecided, DecisionUndone
from portal.moderation.models import Case, Decision
from portal.moderation.services.claiming import free_for
from portal.moderation.services.refusals import why_not
from portal.moderation.services.scoping import may_have
from portal.outbox import services as outbox

OF_AN_IDEA = {"approve": ideas.publish, "return": ideas.return_to_author, "reject": ideas.reject}


def decide(  # noqa: PLR0913, PLR0917  # a decision says all of this
    case_id: int, moderator: Member, version: int, outcome: str, reason: str, advice: str, now: datetime
) -> Decision:
    """Decide about the version of the case the moderator has read. Of twenty at once one succeeds.

    Raises Invalid without a reason or a letter where one is due, Refusal for one's own text, Missing, and Conflict
    saying who was faster and when.
    """
    kept_reason, advice = rules.check(outcome, reason, advice)
    case = db.session.scalar(
        update(Case)
        .where(Case.id == case_id, Case.version == version, Case.state == "open")
        .where(free_for(moderator, now), *may_have(moderator))
        .values(state="decided", version=Case.version + 1, claimed_by_id=None, claimed_until=None)
        .returning(Case)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    if case is None:
        raise why_not(case_id, moderator, now)
    decision = Decision(
        case_id=case.id,
        case_version=version,
        idea_id=case.idea_id,
        moderator_id=moderator.id,
        outcome=outcome,
        reason=kept_reason,
        advice=advice,
        decided_at=now,
    )
    db.session.add(decision)
    db.session.flush()
    _take_effect(case, outcome, moderator, now)
    outbox.record(CaseDecided(decision.id))
    return decision


def undo(decision_id: int, moderator: Member, window: int, now: datetime) -> Case:
    """Take one's decision back while its letters still wait: the case is open again. Raises Missing or Conflict."""
    decision = db.session.scalar(
        update(Decision)
        .where(Decision.id == decision_id, Decision.moderator_id == moderator.id)
        .where(Decision.undone_at.is_(None), Decision.decided_at > now - timedelta(seconds=window))
        .values(undone_at=now)
        .returning(Decision)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    if decision is None:
        raise _too_late_to_undo(decision_id, moderator)
    case = db.session.get_one(Case, decision.case_id, populate_existing=True)
    if case.comment_id is None:  # first, because it refuses if the author was faster: then a new case may be open
        ideas.reopen(case.idea_id, case.idea_version, moderator, now)
    else:
        discussion.hide(case.comment_id)
    case.state, case.version = "open", case.version + 1
    outbox.record(DecisionUndone(decision.id))
    return case


def _take_effect(case: Case, outcome: str, moderator: Member, now: datetime) -> None:
    if case.comment_id is None:
        OF_AN_IDEA[outcome](case.idea_id, case.idea_version, moderator, now)
    elif outcome == "approve":
        discussion.publish(case.comment_id)
    elif outcome == "reject":
        discussion.hide(case.comment_id)
    else:
        raise Refusal(N_("Bình luận không gửi lại để sửa được: chọn đăng hoặc không đăng."), field="outcome")


def _too_late_to_undo(decision_id: int, moderator: Member) -> Refusal:
    decision = db.session.get(Decision, decision_id, populate_existing=True)
    if decision is None or decision.moderator_id != moderator.id:
        return Missing()
    if decision.undone_at:
        return Conflict(N_("Quyết định này đã được hoàn tác."))
    return Conflict(N_("Đã quá thời gian hoàn tác: thư đã gửi cho tác giả."))
