"""Letters to those on duty: what cannot wait, what is late, a post that does not move."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from portal import database
from portal.database import db
from portal.moderation import duty
from portal.moderation.events import CaseEscalated, CaseOverdue, DangerReported
from portal.moderation.models import Case
from portal.moderation.services.scoping import kept_from
from portal.notifications.services.writing import write
from portal.settings import Settings

GATHER_LATE = 600  # seconds


def write_urgent_report(event: DangerReported, settings: Settings) -> None:
    """At once to everybody on duty for the unit, once for each case; to nobody who may be meant by it, or reported it."""
    unit_id = db.session.execute(select(Case.unit_id).where(Case.id == event.case_id)).scalar_one()
    for member_id in duty.moderators(unit_id, database.now(), kept_from(event.case_id)):
        write(settings, "urgent_report", f"{event.case_id}:{member_id}", member_id, case_id=event.case_id)


def write_cases_late(event: CaseOverdue | CaseEscalated, settings: Settings) -> None:
    """To those who answer for the case now. Ten minutes of lateness make one letter, however many cases they are."""
    moment = database.now()
    unit_id = db.session.scalar(select(Case.unit_id).where(Case.id == event.case_id))
    bucket, wait = divmod(int(moment.timestamp()), GATHER_LATE)
    due = moment + timedelta(seconds=GATHER_LATE - wait)
    for member_id in duty.moderators(unit_id, moment):
        write(settings, "cases_late", f"{member_id}:{bucket}", member_id, due)


def write_post_alert(member_id: int, hour: str, trouble: tuple[int, int, int], settings: Settings) -> None:
    """To an administrator, once an hour: the age in seconds of what waits longest, dead letters, facts given up."""
    waited, dead, facts = trouble
    write(settings, "post_alert", f"{hour}:{member_id}", member_id, waited=waited, dead=dead, facts=facts)
