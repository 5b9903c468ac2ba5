"""The reports behind a case, for the desk: what was said and what each counts for, never by whom."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from portal.database import db
from portal.discussion.models import Report
from portal.moderation.models import Case
from portal.moderation.services import reporting

MOST = 50


@dataclass(frozen=True)
class Line:
    """One report, and how often its writer was right before."""

    report: Report
    upheld: int
    settled: int
    weight: float


@dataclass(frozen=True)
class Reported:
    """All of them; `weight` is what they weigh together, `limit` what would hide the thing."""

    lines: list[Line]
    weight: float
    limit: float
    hidden: bool


def reported(case: Case) -> Reported | None:
    """The reports that a case of this kind is about, the oldest first; None for cases of other kinds."""
    if case.kind != "report":
        return None
    subject = case.thing
    about = select(Report).where(Report.subject == subject, Report.member_id.is_not(None))
    about = about.where(Report.created_at >= case.created_at).order_by(Report.id).limit(MOST)
    found = db.session.scalars(about).all()
    past = reporting.records(found)
    lines = [_line(each, *past.get(each.member_id, (0, 0))) for each in found]
    params = next((reason.params for reason in case.reasons if reason.rule == "reported"), {})
    status = case.comment.status if case.comment else case.idea.status
    return Reported(lines, params.get("weight", 0), reporting.limit_of(case.subject), status == "hidden")


def _line(report: Report, upheld: int, settled: int) -> Line:
    return Line(report, upheld, settled, reporting.heaviness(report, reporting.weigh(upheld, settled)))
