"""Announcements become letters, a page of members at a time."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from portal import database
from portal.announcements import services as announcements
from portal.announcements.models import IS_SENDING, Announcement
from portal.database import db, insert_ignore
from portal.notifications import hours
from portal.notifications.models import LIVE, USUAL, Letter
from portal.notifications.services.writing import row_of
from portal.settings import Settings

KIND = "announcement"


def is_due() -> bool:
    """Whether anything is on its way; cheap."""
    return db.session.scalar(select(Announcement.id).where(IS_SENDING).limit(1)) is not None


def spread(settings: Settings) -> bool:
    """The next page of the announcement that waits longest; False if none is due. One short transaction.

    None is at night: what was written before goes on its way, and the rest in the morning.
    """
    moment = database.now()
    found = None if hours.is_quiet(moment, settings.quiet_hours) else announcements.next_page(moment)
    if found is None:
        announcements.end_sent(lambda announcement_id: not _is_under_way(announcement_id), moment)
        return False
    announcement, members = found
    if members:
        rows = [
            _letter(f"{announcement.id}:{member}", member, settings, moment, announcement_id=announcement.id)
            for member in members
        ]
        db.session.execute(insert_ignore(Letter.__table__), rows)
    announcements.mark_written(announcement, members, moment)
    return True


def _is_under_way(announcement_id: int) -> bool:
    its = select(Letter.id).where(Letter.announcement_id == announcement_id, Letter.state.in_(LIVE))
    return db.session.scalar(its.limit(1)) is not None


@dataclass(frozen=True)
class Progress:
    """How many letters of an announcement are where. `failed`: nobody can say that they arrived."""

    waiting: int = 0
    sent: int = 0
    failed: int = 0
    cancelled: int = 0

    @property
    def done(self) -> int:
        return self.sent + self.failed + self.cancelled


FAILED = ("dead", "uncertain")


def progress(announcement_id: int) -> Progress:
    came_back = Letter.returned_at.is_not(None)
    its = select(Letter.state, came_back, func.count()).where(Letter.announcement_id == announcement_id)
    found = Counter[str]()
    for state, returned, count in db.session.execute(its.group_by(Letter.state, came_back)):
        found["waiting" if state in LIVE else "failed" if returned or state in FAILED else state] += count
    return Progress(**found)


def write_test(announcement_id: int, number: int, member_id: int, settings: Settings) -> None:
    """To whoever wrote it, before anybody else gets it."""
    ids = {"announcement_id": announcement_id, "test": number}
    row = _letter(f"{announcement_id}:test:{number}", member_id, settings, database.now(), **ids)
    db.session.execute(insert_ignore(Letter.__table__), [row])


def _letter(about: str, member_id: int, settings: Settings, moment: datetime, **ids: int) -> dict[str, Any]:
    row = row_of(settings, KIND, about, member_id, moment, moment, **ids)
    if "test" in ids:  # somebody waits for it, and it is none of the many
        return {**row, "priority": USUAL, "announcement_id": None}
    return {**row, "announcement_id": ids["announcement_id"]}
