"""A copy of one's data: asked for, made by the worker, and deleted when it expires."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from portal.accounts import limits, queries
from portal.accounts.events import CopyReady, CopyRequested
from portal.accounts.models import Member
from portal.accounts.requests import DataCopy
from portal.database import db
from portal.outbox import services as outbox

log = logging.getLogger(__name__)

TRY_AGAIN = timedelta(hours=1)


def ask_copy(member: Member, now: datetime) -> DataCopy:
    """Begin a copy, unless one is being made or waits to be fetched. Raises TooMany."""
    db.session.execute(select(Member.id).where(Member.id == member.id).with_for_update())  # two clicks, one copy
    if known := queries.data_copy_of(member.id, now):
        return known
    limits.take("copy:account", str(member.id), now)
    copy = DataCopy(member_id=member.id, asked_at=now)
    db.session.add(copy)
    db.session.flush()
    outbox.record(CopyRequested(copy.id))
    return copy


def make_copy(build: Callable[[int], bytes], keep: timedelta, now: datetime) -> bool:
    """Make one copy that was asked for; False if there is none. `build` gets the member's number, returns the file.

    One that cannot be built is put off, so that it holds up nobody else's.
    """
    asked = select(DataCopy).where(DataCopy.is_waiting(now)).order_by(DataCopy.id).limit(1)
    copy = db.session.scalars(asked.with_for_update(skip_locked=True).execution_options(populate_existing=True)).first()
    if copy is None:
        return False
    try:
        with db.session.begin_nested():  # what fails in the database must not take the note of it along
            content = build(copy.member_id)
    except Exception:
        log.exception("copy %s cannot be built, put off for %s", copy.id, TRY_AGAIN)
        copy.next_at = now + TRY_AGAIN
        return True
    copy.content, copy.ready_at, copy.expires_at = content, now, now + keep
    outbox.record(CopyReady(copy.id))
    return True


def sweep_copies(now: datetime) -> None:
    db.session.execute(delete(DataCopy).where(DataCopy.expires_at < now))
