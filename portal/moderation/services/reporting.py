"""Reports become one case per thing; enough of them hide it until somebody has looked; the decision settles them all.

A report weighs what its writer's earlier reports were worth. Reports order and hide, they never decide.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import case, func, literal, select, update

from portal.accounts.models import Member
from portal.accounts.terms import is_minor
from portal.database import UtcDateTime, db, insert_ignore
from portal.discussion import reporting
from portal.discussion import services as discussion
from portal.discussion.events import ContentReported
from portal.discussion.models import Comment, Report
from portal.errors import N_, Refusal
from portal.ideas import services as ideas
from portal.ideas import states
from portal.ideas.models import Idea
from portal.moderation import triage
from portal.moderation.events import DangerReported
from portal.moderation.models import Case, Decision, Reason
from portal.moderation.services import deadlines as clock
from portal.moderation.services import opening
from portal.moderation.services.deadlines import Deadlines
from portal.outbox import services as outbox

OUTCOMES = ("approve", "reject")
HIDE_AT = 3.0
"""Three newcomers, or two members whose reports were right before, hide a thing until somebody has looked."""
KEPT_ONCE = 2.0
"""What a moderator has looked at and kept needs twice as much."""
DANGER_WITHIN = timedelta(hours=1)


def weigh(upheld: int, settled: int) -> float:
    """What a report counts for: 1 from a newcomer, towards 2 from those who are right, towards 0 from those who are not."""
    return 2 * (upheld + 1) / (settled + 2)


def open_report_case(event: ContentReported, deadlines: Deadlines) -> None:
    """Put a report into its thing's open case, or open one; hide the thing if the reports weigh enough."""
    report = db.session.get(Report, event.report_id, populate_existing=True)
    if report is None or report.settled_at is not None:
        return
    idea = db.session.get_one(Idea, report.idea_id, populate_existing=True)
    reports = reporting.open_reports(report.subject)
    weights = weights_of(reports)
    alarming = _is_urgent(report, idea, weights[report.id])
    urgent = alarming or any(_is_urgent(each, idea, weights[each.id]) for each in reports if each.id != report.id)
    within = DANGER_WITHIN if urgent else reporting.ANSWER_WITHIN
    due = min(deadlines.due(report.created_at), report.created_at + within)
    its = _case(report, idea, due, urgent=urgent)
    clock.begin(its.id, its.due_at, deadlines.step(urgent=urgent))
    if urgent:
        clock.hurry(its.id, due)
    total = sum(heaviness(each, weights[each.id]) for each in reports)
    _keep(its, reports, round(total, 1), _hide(its, idea, report.created_at) if total >= limit_of(its.subject) else "")
    if alarming:
        outbox.record(DangerReported(its.id, report.id))


def promised(report: Report) -> datetime:
    """Until when its writer hears that somebody has looked. The desk may have less time, never more.

    It tells nothing of anybody's age: what is urgent only because a child takes part is promised like all the rest.
    """
    urgent = report.reason == "danger" and weights_of([report])[report.id] >= 1
    return report.created_at + (DANGER_WITHIN if urgent else reporting.ANSWER_WITHIN)


def settle(its: Case, decision: Decision, moderator: Member, now: datetime) -> None:
    """What a decision about a report does: 'reject' hides the thing, everything else keeps or restores it."""
    if decision.outcome not in OUTCOMES:
        raise Refusal(N_("Một báo cáo thì chọn giữ bài hoặc ẩn bài."), field="outcome")
    upheld = decision.outcome == "reject"
    if its.comment_id is not None:
        if upheld:
            discussion.hide(its.comment_id)
        elif _hid(its) and discussion.may_be_shown(its.comment_id):  # what something else has hidden stays hidden
            discussion.publish(its.comment_id)
    else:
        idea = db.session.get_one(Idea, its.idea_id, populate_existing=True)
        if upheld and "hidden" in states.STEPS[idea.status]:
            ideas.hide(idea.id, moderator, now)
        elif not upheld and _hid(its) and idea.status == "hidden":
            ideas.restore(idea.id, moderator, now)
    reporting.settle(its.thing, upheld, now)


def unsettle(its: Case, decision: Decision, moderator: Member, now: datetime) -> None:
    """Take a decision about a report back: the reports are open again, what it hid or restored is as it was before."""
    reporting.unsettle(its.thing, decision.decided_at)
    if its.comment_id is not None:
        if decision.status_before == "published" and discussion.may_be_shown(its.comment_id):
            discussion.publish(its.comment_id)
        elif decision.status_before == "hidden":  # by reports, or by what is none of their business
            discussion.hide(its.comment_id)
        return
    was_hidden = bool(_hid(its))
    idea = db.session.get_one(Idea, its.idea_id, populate_existing=True)
    if was_hidden and "hidden" in states.STEPS[idea.status]:
        ideas.hide(idea.id, moderator, now)
    elif not was_hidden and idea.status == "hidden":
        ideas.restore(idea.id, moderator, now)


def weights_of(reports: Sequence[Report]) -> dict[int, float]:
    """By report, what it counts for, in one query."""
    past = records(reports)
    return {each.id: weigh(*past.get(each.member_id, (0, 0))) for each in reports}


def records(reports: Sequence[Report]) -> dict[int | None, tuple[int, int]]:
    """By member, how many of their settled reports were upheld, and of how many."""
    settled = (
        select(Report.member_id, func.count().filter(Report.upheld.is_(True)), func.count())
        .where(Report.member_id.in_([each.member_id for each in reports]), Report.upheld.is_not(None))
        .group_by(Report.member_id)
    )
    return {member_id: (upheld, all_) for member_id, upheld, all_ in db.session.execute(settled)}


def heaviness(report: Report, weight: float) -> float:
    """Danger counts twice."""
    return weight * (2 if report.reason == "danger" else 1)


def limit_of(subject: str) -> float:
    """How much reports must weigh to hide a thing."""
    return HIDE_AT * (KEPT_ONCE if _was_kept(subject) else 1)


def _is_urgent(report: Report, idea: Idea, weight: float) -> bool:
    """Danger, if a child takes part or the report is worth that of a newcomer: those who cried wolf wait in line."""
    if report.reason != "danger":
        return False
    if weight >= 1:
        return True
    comment = db.session.get(Comment, report.comment_id) if report.comment_id else None
    people = {report.member_id, comment.member_id if comment else idea.author_id}
    members = db.session.scalars(select(Member).where(Member.id.in_(people)))
    return any(is_minor(each, report.created_at.date()) for each in members)


def _case(report: Report, idea: Idea, due: datetime, *, urgent: bool) -> Case:
    subject = f"report:{report.subject}"
    values = {
        "kind": "report",
        "subject": subject,
        "idea_id": idea.id,
        "comment_id": report.comment_id,
        "idea_version": idea.version,
        "unit_id": idea.unit_id,
        "urgent": 0 if urgent else 1,
        "created_at": report.created_at,
        "due_at": due,
        "triaged_at": report.created_at,
    }
    db.session.execute(insert_ignore(Case).values(**values))
    mine = update(Case).where(Case.subject == subject, Case.state == "open").values(triaged_at=report.created_at)
    if report.comment_id is None:
        mine = mine.values(opening.renewed(idea.version))
    if urgent:
        soon = case((Case.due_at > due, literal(due, UtcDateTime)), else_=Case.due_at)
        mine = mine.values(urgent=0, due_at=soon, queue_at=soon)
    options = {"synchronize_session": False, "populate_existing": True}
    return db.session.scalars(mine.returning(Case).execution_options(**options)).one()


def _hide(its: Case, idea: Idea, now: datetime) -> str:
    """Hide what others can read; returns the state it was in, or what an earlier report had hidden it from."""
    if its.comment_id is not None:
        shown = db.session.scalar(select(Comment.status).where(Comment.id == its.comment_id)) == "published"
        return "published" if shown and discussion.hide(its.comment_id) else _hid(its)
    if idea.status not in states.READABLE:
        return _hid(its)
    was = idea.status
    ideas.hide(idea.id, None, now)
    return was


def _hid(its: Case) -> str:
    params = db.session.scalar(select(Reason.params).where(Reason.case_id == its.id, Reason.rule == "reported"))
    return str((params or {}).get("hid", ""))


def _keep(its: Case, reports: Sequence[Report], weight: float, hid: str) -> None:
    params = {
        "count": len(reports),
        "reasons": dict(Counter(each.reason for each in reports).most_common()),
        "weight": weight,
        "hid": hid or _hid(its),
    }
    reason = db.session.scalar(select(Reason).where(Reason.case_id == its.id, Reason.rule == "reported"))
    if reason is None:
        db.session.add(Reason(case_id=its.id, rule="reported", weight=triage.WEIGHTS["reported"], params=params))
    else:
        reason.params = params
    db.session.flush()


def _was_kept(subject: str) -> bool:
    kept = select(Decision.id).join(Case, Case.id == Decision.case_id)
    again = subject.removeprefix("report:").removeprefix("idea:")
    kept = kept.where(
        Case.subject.in_((subject, f"appeal:{again}")), Decision.outcome != "reject", Decision.undone_at.is_(None)
    ).limit(1)
    return db.session.scalar(kept) is not None
