"""What a decision does to the thing it is about, by the kind of case, and how that is undone."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from portal.accounts.models import Member
from portal.database import db
from portal.discussion import services as discussion
from portal.discussion.models import Comment
from portal.errors import N_, Conflict, Missing, Refusal
from portal.ideas import services as ideas
from portal.ideas.models import Idea
from portal.moderation.models import Case, Decision
from portal.moderation.services import merging, opening, overturning, refusals, reporting
from portal.units.queries import reference

OF_AN_IDEA = {"approve": ideas.publish, "return": ideas.return_to_author, "reject": ideas.reject}


def take_effect(
    case: Case,
    decision: Decision,
    by: Member,
    now: datetime,
    *,
    into: int | None = None,
    hide_old: bool | None = None,
) -> None:
    """In the transaction of the decision. Raises Conflict if the author was faster, Refusal for what cannot be done."""
    decision.status_before = _status_of(case)
    if case.kind == "comment":
        _on_comment(case, decision.outcome)
    elif case.kind == "report":
        reporting.settle(case, decision, by, now)
    elif decision.outcome == "merge" and into is not None:
        merging.merge(case, decision, into, by, now)
    elif case.kind == "appeal":
        if decision.outcome == "approve":
            overturning.grant(case, by, now)
    elif case.kind == "edit" and case.edit_id and decision.outcome in {"approve", "reject"}:
        if decision.outcome == "approve":
            ideas.accept_edit(case.edit_id, by, now, hide_old=hide_old)
        else:
            ideas.refuse_edit(case.edit_id, now)
    elif case.kind in {"withdrawal", "merge"} and decision.outcome == "approve":
        pass  # what was taken back is hidden already; what is not merged stays as it is
    elif case.kind == "idea":
        _decide_idea(case, decision, by, now)
    else:
        raise Refusal(N_("Việc này không làm được với mục này."), field="outcome")


def _status_of(case: Case) -> str | None:
    """Of the thing the case is about: a comment is hidden and shown for reasons of its own."""
    its = select(Idea.status).where(Idea.id == case.idea_id)
    if case.comment_id is not None:
        its = select(Comment.status).where(Comment.id == case.comment_id)
    return db.session.scalar(its)


def revert(case: Case, decision: Decision, by: Member, now: datetime) -> None:
    """Put things back as they were before the decision. Raises Conflict if the author or somebody else was faster."""
    if case.kind == "report":
        reporting.unsettle(case, decision, by, now)
    elif decision.outcome == "merge":
        merging.unmerge(case, decision, by, now)
    elif case.kind == "appeal":
        if decision.outcome == "approve":
            overturning.revoke(case, decision, by, now)
    elif case.comment_id:
        (discussion.hide if decision.status_before == "hidden" else discussion.hold_back)(case.comment_id)
        case.comment_edited_at = opening.words_of(case.comment_id)
    elif case.edit_id:
        ideas.reopen_edit(case.edit_id, now)
    elif case.kind == "idea":
        _revert_idea(case, decision, by, now)


def _decide_idea(case: Case, decision: Decision, by: Member, now: datetime) -> None:
    """One that was shown on trust is shown already: to approve changes nothing, everything else takes it back first."""
    if decision.status_before == "published":
        if decision.outcome == "approve":
            return
        ideas.reopen(case.idea_id, case.idea_version, by, now)
    OF_AN_IDEA[decision.outcome](case.idea_id, case.idea_version, by, now)


def _revert_idea(case: Case, decision: Decision, by: Member, now: datetime) -> None:
    on_trust = decision.status_before == "published"
    if not (on_trust and decision.outcome == "approve"):
        ideas.reopen(case.idea_id, case.idea_version, by, now)
    if on_trust and decision.outcome != "approve":
        ideas.publish(case.idea_id, case.idea_version, by, now)
    if decision.corrected:
        was = decision.corrected
        field = reference().field_by_id[was["field_id"]].code
        before = ideas.Correction(was["title"], field, was.get("language", ""))
        case.idea_version = ideas.correct(case.idea_id, case.idea_version, before, by, now).version


def set_right(case: Case, right: ideas.Correction, by: Member, now: datetime) -> dict[str, object] | None:
    """Correct title, field and language before publishing; what they were, if anything changed. Raises Invalid."""
    idea = db.session.get(Idea, case.idea_id, populate_existing=True)
    if idea is None:
        raise Missing
    if case.kind != "idea" or idea.version != case.idea_version:
        raise Conflict(refusals.OTHER)
    was: dict[str, object] = {"title": idea.title, "field_id": idea.field_id, "language": idea.language}
    field = reference().field_by_id[idea.field_id].code
    if (right.title.strip(), right.field, right.language or idea.language) == (idea.title, field, idea.language):
        return None
    case.idea_version = ideas.correct(idea.id, idea.version, right, by, now).version
    return was


def _on_comment(case: Case, outcome: str) -> None:
    """Its writer may mend it at any moment, and the case hears of that from the relay: until then nobody has read it."""
    if case.comment_id is None:
        raise Missing
    words = select(Comment.edited_at).where(Comment.id == case.comment_id).with_for_update()
    if db.session.scalar(words) != case.comment_edited_at:
        raise Conflict(refusals.OTHER)
    if outcome == "approve":
        discussion.publish(case.comment_id)
    elif outcome == "reject":
        discussion.hide(case.comment_id)
    else:
        raise Refusal(N_("Bình luận không gửi lại để sửa được: chọn đăng hoặc không đăng."), field="outcome")
