"""Letters to those on duty: what cannot wait, what is late, a post that does not move."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select

from portal import database
from portal.database import db
from portal.moderation import duty
from portal.moderation.events import CaseEscalated, CaseOverdue, CasePassed, DangerReported
from portal.moderation.models import Case
from portal.moderation.services.scoping import kept_from
from portal.notifications import hours
from portal.notifications.health import Health
from portal.notifications.models import LIVE, Letter
from portal.notifications.services.writing import write, write_many
from portal.settings import Settings

GATHER_LATE = timedelta(minutes=10)
LATE_EVERY = ALERT_EVERY = timedelta(hours=1)
ALERT_AGAIN = timedelta(minutes=5)


def write_urgent_report(event: DangerReported, settings: Settings) -> None:
    """At once to everybody on duty for the unit, once for each case; to nobody who may be meant by it, or reported it."""
    _write_urgent(db.session.get_one(Case, event.case_id), settings)


def write_passed(event: CaseEscalated | CasePassed, settings: Settings) -> None:
    """Of somebody in danger those who answer for the case now hear at once, of all else once it is late."""
    case = db.session.get_one(Case, event.case_id, populate_existing=True)
    if case.kind == "report" and not case.urgent:
        _write_urgent(case, settings)
    elif isinstance(event, CaseEscalated):
        write_cases_late(event, settings)


def write_cases_late(event: CaseOverdue | CaseEscalated, settings: Settings) -> None:
    """To those who answer for the case now.

    What is late within ten minutes is one letter, and nobody gets two in an hour or one at night. An urgent case
    waits for none of this.
    """
    moment = database.now()
    case = db.session.get_one(Case, event.case_id, populate_existing=True)
    staff = duty.moderators(case.unit_id, moment, kept_from(case.id) if case.kind == "report" else ())
    if not case.urgent:
        for member_id in staff:
            write(settings, "cases_late", f"{_key(member_id, moment)}:{case.id}", member_id)
        return
    first = hours.after_quiet(moment + GATHER_LATE, settings.quiet_hours)
    for member_id in staff:
        latest = _latest(member_id, first)
        if latest is None or latest <= moment:  # else one is on its way, and says what is late when it leaves
            due = max(first, hours.after_quiet(latest + LATE_EVERY, settings.quiet_hours)) if latest else first
            write(settings, "cases_late", _key(member_id, due), member_id, due)


def write_post_alert(admins: Collection[int], found: Health, settings: Settings, now: datetime) -> list[int]:
    """To those who got none within the hour and have none on its way; returns who they are.

    One that was cancelled, since all was well again, reached nobody: it keeps the next one waiting for minutes only.
    """
    reached = and_(Letter.created_at > now - ALERT_EVERY, Letter.state != "cancelled")
    lately = or_(Letter.state.in_(LIVE), reached, Letter.created_at > now - ALERT_AGAIN)
    told = select(Letter.recipient_id).where(Letter.recipient_id.in_(admins), Letter.kind == "post_alert", lately)
    knowing = set(db.session.scalars(told))
    rest = [member_id for member_id in admins if member_id not in knowing]
    ages = (found.oldest_fact,) if found.paused_at else (found.waited, found.oldest_fact)
    waited = max((int(age.total_seconds()) for age in ages if age), default=0)
    known: dict[str, int | str] = {"dead": found.dead_in_hour, "facts": found.dead_facts, "trouble": found.trouble}
    write_many(settings, "post_alert", rest, now, f"{now:%Y%m%d%H%M}", waited=waited, **known)
    return rest


def _latest(member_id: int, due: datetime) -> datetime | None:
    """When somebody's last letter of this kind was or is due, if that is about an hour from `due`."""
    keys = [f"cases_late:{_key(member_id, due + LATE_EVERY * hour)}" for hour in (-1, 0, 1)]
    return db.session.scalar(select(func.max(Letter.next_at)).where(Letter.dedup_key.in_(keys)))


def _key(member_id: int, due: datetime) -> str:
    return f"{member_id}:{int(due.timestamp()) // int(LATE_EVERY.total_seconds())}"


def _write_urgent(case: Case, settings: Settings) -> None:
    for member_id in duty.moderators(case.unit_id, database.now(), kept_from(case.id)):
        write(settings, "urgent_report", f"{case.id}:{member_id}", member_id, case_id=case.id)
