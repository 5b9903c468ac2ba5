"""One decision for one version of a case, with its effect in the same transaction; and taking it back."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, select, update
from sqlalchemy.orm import aliased

from portal.accounts.models import Member
from portal.audit import services as audit
from portal.database import db
from portal.errors import N_, Conflict, Missing, Refusal
from portal.ideas.services import Correction
from portal.moderation import rules
from portal.moderation.events import CaseDecided, DecisionUndone
from portal.moderation.models import Case, Decision
from portal.moderation.queries import is_asked_about
from portal.moderation.services import deadlines
from portal.moderation.services.changing import note
from portal.moderation.services.claiming import free_for
from portal.moderation.services.effects import revert, set_right, take_effect
from portal.moderation.services.refusals import why_not
from portal.moderation.services.scoping import may_have
from portal.moderation.services.seconding import Heavier, lift, needs_second, propose, weigh_down
from portal.moderation.services.trusting import follow_decision, undo_trust
from portal.outbox import services as outbox
from portal.rules import Invalid

LIGHT = Heavier()
ANSWER_WITHIN = timedelta(days=14)
"""An idea sent back keeps its place and its reader for so long; later it is welcome as a new one."""


def decide(  # noqa: PLR0913, PLR0917  # a decision says all of this
    case_id: int,
    moderator: Member,
    version: int,
    outcome: str,
    reason: str,
    advice: str,
    now: datetime,
    *,
    into: int | None = None,
    correction: Correction | None = None,
    heavier: Heavier = LIGHT,
    trusting: bool = False,
    hide_old: bool | None = None,
) -> Decision | None:
    """Decide about the version of the case the moderator has read. Of twenty at once one succeeds.

    None: what takes two waits for a second person to say the same. `into` is the idea to merge into; `trusting`
    approves, and trusts the author from now on; `hide_old`, of an edit that is accepted, hides the earlier versions
    from the public (None: as the author proposed). Raises Invalid without a reason or a letter where one is due,
    Refusal for one's own text, Missing, and Conflict saying who was faster and when.
    """
    kind = db.session.scalar(select(Case.kind).where(Case.id == case_id)) or "idea"
    kept_reason, advice = rules.check(outcome, reason, advice, kind)
    heavier.check(kind, outcome)
    if outcome == "merge" and into is None:
        raise Invalid({"into": Refusal(N_("Chọn ý để gộp vào"))})
    case = _take(case_id, moderator, version, now)
    if needs_second(case, outcome, heavier, moderator, now):
        propose(case, moderator, kept_reason or "other", advice, heavier, now)
        return None
    decision = Decision(
        case_id=case.id,
        case_version=version,
        idea_id=case.idea_id,
        moderator_id=moderator.id,
        outcome=outcome,
        reason=kept_reason,
        advice=advice,
        decided_at=now,
        answer_by=now + ANSWER_WITHIN if outcome == "return" else None,
    )
    db.session.add(decision)
    db.session.flush()
    if correction and outcome == "approve":
        decision.corrected = set_right(case, correction, moderator, now)
    take_effect(case, decision, moderator, now, into=into, hide_old=hide_old)
    weigh_down(case, decision, heavier, moderator, now)
    follow_decision(case, decision, moderator, trusting=trusting)
    outbox.record(CaseDecided(decision.id))
    _note(moderator, f"case.{outcome}", decision)
    return decision


def undo(decision_id: int, moderator: Member, window: int, now: datetime) -> Case:
    """Take one's decision back while its letters still wait: the case is open again. Raises Missing or Conflict."""
    mine = (Decision.moderator_id == moderator.id, Decision.decided_at > now - timedelta(seconds=window))
    decision = _mark_undone(decision_id, moderator, now, *mine)
    if decision is None:
        raise _too_late_to_undo(decision_id, moderator)
    return _reopen(decision, moderator, now)


def restore(decision_id: int, moderator: Member, now: datetime) -> Case:
    """From the log, later and by any moderator who may have the case: it is open again, and its author is told.

    Raises Missing, and Conflict if that was done before, a newer decision stands, or its author has appealed: then
    somebody who had no say in it answers.
    """
    known = select(Case.id).where(*may_have(moderator))
    decision = _mark_undone(decision_id, moderator, now, Decision.case_id.in_(known), ~_newer(decision_id))
    if decision is None:
        if (
            db.session.scalar(select(Decision.id).where(Decision.id == decision_id, Decision.case_id.in_(known)))
            is None
        ):
            raise Missing
        raise Conflict(N_("Quyết định này đã được hoàn tác, hoặc đã có quyết định mới hơn."))
    return _reopen(decision, moderator, now)


def _take(case_id: int, moderator: Member, version: int, now: datetime) -> Case:
    """The guarded UPDATE that lets one moderator through."""
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
    return case


def _mark_undone(decision_id: int, by: Member, now: datetime, *conditions: object) -> Decision | None:
    return db.session.scalar(
        update(Decision)
        .where(Decision.id == decision_id, Decision.undone_at.is_(None), *conditions)  # type: ignore[arg-type]
        .values(undone_at=now, undone_by_id=by.id)
        .returning(Decision)
        .execution_options(synchronize_session=False, populate_existing=True)
    )


def _reopen(decision: Decision, by: Member, now: datetime) -> Case:
    if is_asked_about(decision.id):
        raise Conflict(N_("Tác giả đã đề nghị xem lại quyết định này: người khác trả lời đề nghị ấy."))
    case = db.session.get_one(Case, decision.case_id, populate_existing=True)
    lift(case, decision, by, now)
    undo_trust(case, decision, by)
    revert(case, decision, by, now)  # first, because it refuses if the author was faster: then a new case may be open
    case.state = "open"
    note(case, "reopened", now, by.id)
    deadlines.begin_again(case, now)
    outbox.record(DecisionUndone(decision.id))
    _note(by, "case.undo", decision)
    return case


def _newer(decision_id: int) -> ColumnElement[bool]:
    """Whether a later decision about the same thing stands: the idea itself, or the same comment on it."""
    later, its = aliased(Decision), aliased(Case)
    this = select(Case.idea_id, Case.comment_id).join(Decision, Decision.case_id == Case.id)
    this_one = this.where(Decision.id == decision_id).subquery()
    same = (its.idea_id == this_one.c.idea_id) & its.comment_id.is_not_distinct_from(this_one.c.comment_id)
    found = select(later.id).join(its, its.id == later.case_id).join(this_one, same)
    return found.where(later.id > decision_id, later.undone_at.is_(None)).exists()


def _note(by: Member, action: str, decision: Decision) -> None:
    names = ("outcome", "reason", "removed")
    detail = {"decision": decision.id, "idea": decision.idea_id, **{name: getattr(decision, name) for name in names}}
    audit.record(by.id, action, "case", decision.case_id, detail)


def _too_late_to_undo(decision_id: int, moderator: Member) -> Refusal:
    decision = db.session.get(Decision, decision_id, populate_existing=True)
    if decision is None or decision.moderator_id != moderator.id:
        return Missing()
    if decision.undone_at:
        return Conflict(N_("Quyết định này đã được hoàn tác."))
    return Conflict(N_("Đã quá thời gian hoàn tác. Bạn vẫn khôi phục được trong nhật ký."))
