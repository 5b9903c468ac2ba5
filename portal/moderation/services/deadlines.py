"""Nothing waits in silence and nothing is decided by waiting: first a reminder, then the unit above, level by level.

Deadlines are rows, claimed in SQL: two schedulers, or one that was away for an hour, do each of them once.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from portal import database
from portal.audit import services as audit
from portal.database import db, insert_ignore
from portal.moderation.events import CaseEscalated, CaseOverdue
from portal.moderation.models import NOT_DONE, Case, Deadline, Move
from portal.moderation.services.changing import note
from portal.moderation.services.passing import above
from portal.outbox import services as outbox
from portal.outbox.events import Event
from portal.settings import Settings
from portal.units.queries import reference

BATCH = 100
SHORTEST = timedelta(seconds=1)
AT_ONCE = timedelta(hours=1)
"""How long each unit has for what is urgent, once that is due."""


@dataclass(frozen=True)
class Deadlines:
    """In seconds, as in the settings: whoever runs the reactions knows those and binds this argument."""

    review: int
    escalate: int = 345_600

    @classmethod
    def of(cls, settings: Settings) -> Deadlines:
        """Those of this installation."""
        return cls(review=settings.review_deadline, escalate=settings.escalate_after)

    def due(self, since: datetime) -> datetime:
        return since + timedelta(seconds=self.review)

    def step(self, *, urgent: bool = False) -> timedelta:
        """How long a unit has for what is due, and each above, before it goes further up."""
        step = max(timedelta(seconds=self.escalate - self.review), SHORTEST)
        return min(step, AT_ONCE) if urgent else step


def begin(case_id: int, due: datetime, step: timedelta, up: int = 1) -> None:
    """Write down when those who have a case are reminded of it, and when it goes up, for the `up`th time."""
    rows = [
        {"case_id": case_id, "level": level, "due_at": moment, "acted": False}
        for level, moment in ((0, due), (up, due + step))
    ]
    db.session.execute(insert_ignore(Deadline.__table__).values(rows))


def begin_anew(case: Case, deadlines: Deadlines) -> None:
    """Another text waits: its deadlines are those of a new case, from the unit on where it is now."""
    gone = delete(Deadline).where(Deadline.case_id == case.id, (Deadline.level == 0) | (Deadline.level > case.level))
    db.session.execute(gone.execution_options(synchronize_session=False))
    begin(case.id, case.due_at, deadlines.step(urgent=not case.urgent), case.level + 1)


def hurry(case_id: int, due: datetime) -> None:
    """A case that has become urgent is reminded of when it is due now, and then goes up in an hour, if not sooner."""
    for level, moment in ((Deadline.level == 0, due), (Deadline.level > 0, due + AT_ONCE)):
        waits = update(Deadline).where(Deadline.case_id == case_id, Deadline.done_at.is_(None), level)
        sooner = waits.where(Deadline.due_at > moment).values(due_at=moment)
        db.session.execute(sooner.execution_options(synchronize_session=False))


def begin_again(case: Case, now: datetime) -> None:
    """A case that is open again has a day for what it had not reached yet, and an hour if it is urgent."""
    rest = update(Deadline).where(Deadline.case_id == case.id, Deadline.acted.is_(False), Deadline.done_at.is_not(None))
    later = rest.values(done_at=None, due_at=now + (timedelta(days=1) if case.urgent else AT_ONCE))
    db.session.execute(later.execution_options(synchronize_session=False))


def oldest_due(now: datetime) -> datetime | None:
    """Since when the deadline that has waited longest could have been kept; None if none is due."""
    return db.session.scalar(
        select(Deadline.due_at)
        .where(NOT_DONE["sqlite_where"], Deadline.due_at <= now)
        .order_by(Deadline.due_at, Deadline.id)
        .limit(1)
    )


def keep_deadlines(deadlines: Deadlines, now: datetime) -> int:
    """Do up to BATCH of what is due, in the caller's transaction; returns how many rows were looked at."""
    due = (
        select(Deadline, Case)
        .join(Case, Case.id == Deadline.case_id)
        .where(NOT_DONE["sqlite_where"], Deadline.due_at <= now)
        .order_by(Deadline.due_at, Deadline.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)  # both rows, so that nobody waits; SQLite has one writer anyway
        .execution_options(populate_existing=True)
    )
    rows = db.session.execute(due).all()
    with db.session.no_autoflush:  # a hundred cases are a few statements, not a few hundred
        facts = [fact for row, case in rows if (fact := _keep(row, case, deadlines, now))]
        moment = database.now() if facts else now  # by the database's clock, asked once
        for fact in facts:
            outbox.record(fact, moment)
    db.session.flush()
    return len(rows)


def _keep(row: Deadline, case: Case, deadlines: Deadlines, now: datetime) -> Event | None:
    """What has come about by it, if anything has."""
    if case.state != "open":
        row.done_at = now
    elif case.claimed_until and case.claimed_until > now:  # somebody is at it: look again when their time is over
        row.due_at = case.claimed_until
    elif row.level and case.level >= row.level:  # a moderator was faster and passed it up by hand
        row.done_at = now
        _next(case, row.level, deadlines, now)
    else:
        row.done_at, row.acted = now, True
        if row.level == 0 or above(case.unit_id) is None:  # there the last are reminded once more
            return CaseOverdue(case.id)
        return _escalate(case, row.level, deadlines, now)
    return None


def _escalate(case: Case, level: int, deadlines: Deadlines, now: datetime) -> Event:
    to_id = above(case.unit_id) or reference().centre.id
    db.session.add(Move(case_id=case.id, level=level, from_unit_id=case.unit_id, to_unit_id=to_id, note="", at=now))
    case.unit_id, case.level, case.preferred_id = to_id, max(case.level, level), None
    note(case, "escalated", now)
    _next(case, level, deadlines, now)
    audit.record(None, "case.escalate", "case", case.id, {"to": to_id, "level": level})
    return CaseEscalated(case.id, level)


def _next(case: Case, level: int, deadlines: Deadlines, now: datetime) -> None:
    """From where the case is now it may go further, as long as somebody is above."""
    if above(case.unit_id) is not None:
        further = {
            "case_id": case.id,
            "level": level + 1,
            "due_at": now + deadlines.step(urgent=not case.urgent),
            "acted": False,
        }
        db.session.execute(insert_ignore(Deadline.__table__).values(further))
