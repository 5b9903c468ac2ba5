"""Those who reported a thing."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select

from portal.database import db
from portal.discussion.models import Report
from portal.moderation.events import (
    CaseDecided,
    DecisionUndone,
    ReportedIsGone,
)
from portal.moderation.models import Case, Decision
from portal.notices.models import Notice
from portal.notices.services.telling import tell


def tell_reporters(event: CaseDecided, undo_window: int) -> None:
    """Those who reported a thing, of what was decided; nobody is named, and what is hidden is not quoted."""
    decision = db.session.execute(
        select(Decision.outcome, Decision.decided_at, Case.kind, Case.subject)
        .join(Case, Case.id == Decision.case_id)
        .where(Decision.id == event.decision_id)
    ).one()
    if decision.kind == "report":
        due = decision.decided_at + timedelta(seconds=undo_window)
        kind = "report_upheld" if decision.outcome == "reject" else "report_kept"
        thing = decision.subject.removeprefix("report:")
        answered = select(Report).where(Report.subject == thing, Report.settled_at == decision.decided_at)
        for report in db.session.scalars(answered):
            tell([report.member_id] if report.member_id else [], kind, f"report:{report.id}", due)


def untell_reporters(event: DecisionUndone) -> None:
    """By now the reports are open again, so they are found by what is open."""
    subject = db.session.scalar(
        select(Case.subject).join(Decision, Decision.case_id == Case.id).where(Decision.id == event.decision_id)
    )
    thing = (subject or "").removeprefix("report:")
    theirs = select(Report.id, Report.member_id).where(Report.subject == thing, Report.settled_at.is_(None))
    reports = db.session.execute(theirs.where(Report.member_id.is_not(None))).all()
    told = delete(Notice).where(
        Notice.member_id.in_([one.member_id for one in reports]),
        Notice.cause.in_([f"report:{one.id}" for one in reports]),
    )
    db.session.execute(told.execution_options(synchronize_session=False))


def tell_of_erasure(event: ReportedIsGone) -> None:
    """Those who reported a thing that is gone before anybody has judged it."""
    gone = (Report.subject == event.subject, Report.upheld.is_(None), Report.settled_at.is_not(None))
    reports = select(Report.id, Report.member_id).where(*gone, Report.member_id.is_not(None))
    for report in db.session.execute(reports):
        tell([report.member_id], "report_gone", f"report:{report.id}")
