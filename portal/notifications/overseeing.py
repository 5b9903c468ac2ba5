"""Writes the daily letter to those who govern the bank: the end of the audit's chain, where no intruder reaches it."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import func, select

from portal.accounts import people
from portal.audit import queries as audit
from portal.audit import services as chain
from portal.audit.models import AuditEntry
from portal.database import db
from portal.notifications.hours import MORNING
from portal.notifications.models import Letter
from portal.notifications.services import write_many
from portal.settings import ZONE, Settings

DAY = timedelta(days=1)
KIND = "admin_daily"


def due_today(now: datetime) -> tuple[date, list[int]]:
    """The day, and who has not been written to on it: nobody before the morning."""
    here = now.astimezone(ZONE)
    if here.hour < MORNING:
        return here.date(), []
    wanted = {f"{KIND}:{here:%Y%m%d}:{member_id}": member_id for member_id in people.governors(now)}
    written = set(db.session.scalars(select(Letter.dedup_key).where(Letter.dedup_key.in_(wanted))))
    return here.date(), [member_id for key, member_id in wanted.items() if key not in written]


def write(day: date, recipients: list[int], broken: int, settings: Settings, now: datetime) -> None:
    """One letter a day to each, at most once. `broken` is the first entry that does not hold, or 0.

    The head is written down here and now: looked up at the moment of sending it might be the one after the cut.
    """
    head = chain.head()
    acts = db.session.scalar(select(func.count()).where(AuditEntry.at > now - DAY)) or 0
    said = {"seq": head.seq, "broken": broken, "acts": acts}
    write_many(settings, KIND, recipients, now, about=f"{day:%Y%m%d}", hash=head.hash, **said)


def verify(settings: Settings) -> int:
    """Walk the whole chain; the number of the first entry that does not hold, or 0."""
    found = audit.broken_at(settings.secret_key, settings.var_dir)
    return found.seq if found else 0
