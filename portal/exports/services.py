"""Exports: asked for, written page by page, forgotten; and the open data, made anew each day."""

from __future__ import annotations

import logging
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.exc import OperationalError

from portal.accounts import limits
from portal.accounts.events import MemberErased
from portal.accounts.models import Member
from portal.database import db
from portal.errors import Missing
from portal.exports import queries, rows
from portal.exports.models import FORMATS, IS_WAITING, MOST_ATTEMPTS, Export, ExportPage
from portal.ideas import asked as asking
from portal.ideas import queries as ideas

log = logging.getLogger(__name__)

PAGE = 500
MOST = 50_000
"""Ideas in somebody's own file. Everything there is, is in the open data."""
KEEP = timedelta(days=2)
LEASE = timedelta(minutes=2)
OPEN_EVERY = timedelta(days=1)


def ask(member: Member, words: Mapping[str, str], format_: str, now: datetime) -> Export:
    """Begin a file of a list, in place of an older one of it, unless it is being made. Raises TooMany."""
    if format_ not in FORMATS:
        raise Missing
    wanted = {name: word for name, word in words.items() if name != "sort"}
    db.session.execute(select(Member.id).where(Member.id == member.id).with_for_update())  # two clicks, one file
    for known in queries.of_member(member.id, now):
        if (known.words, known.format) != (wanted, format_):
            continue
        if known.ready_at is None and not known.is_given_up:
            return known
        db.session.delete(known)
    limits.take("export:account", str(member.id), now)
    return _begin(member.id, wanted, format_, now)


def open_data_due(now: datetime) -> bool:
    """Begin the open data anew once a day; returns whether it was time."""
    newest = select(Export.asked_at).where(Export.member_id.is_(None)).order_by(Export.id.desc()).limit(1)
    last = db.session.scalar(newest)
    if last is not None and last > now - OPEN_EVERY:
        return False
    _begin(None, {}, "jsonl", now)
    return True


def work(now: datetime) -> bool:
    """List the next page of a file. False if there is none, or if that went wrong.

    One transaction: a worker that is killed has written a page or has not. A file that cannot be made keeps nobody
    waiting: it goes behind all others, and the third time in a row it is given up.
    """
    waiting = select(Export).where(IS_WAITING, Export.build_at.is_(None), Export.attempts < MOST_ATTEMPTS)
    waiting = waiting.order_by(Export.attempts, Export.id).limit(1)
    export = db.session.scalar(waiting.with_for_update(skip_locked=True).execution_options(populate_existing=True))
    if export is None:
        return False
    try:
        with db.session.begin_nested():
            _write_page(export, now)
    except OperationalError:  # the database, and no fault of the file's
        raise
    except Exception:
        log.exception("export %s could not be written from page %s on", export.id, export.pages)
        export.attempts += 1
        export.expires_at = now + KEEP if export.is_given_up else None
        return False
    export.attempts = 0
    return True


def _write_page(export: Export, now: datetime) -> None:
    is_open = export.member_id is None
    asked = asking.read(export.words)
    page = ideas.page(asked.filters, "new", export.after, PAGE) if not asked.unknown else None
    found = [card.id for card in page.items] if page else []
    listed = rows.versions(found)
    if listed:
        db.session.add(ExportPage(export_id=export.id, number=export.pages, ideas=listed))
        export.pages += 1
    export.written += len(listed)
    if export.total == 0 and page:
        export.total = page.total
    export.after = page.after if page else None
    if export.after is None or (not is_open and export.written >= MOST):
        _finish(export, now)


def _finish(export: Export, now: datetime) -> None:
    export.after, export.total = None, export.written
    export.expires_at = now + KEEP
    if export.member_id is None:  # who is fetching the one before gets it whole: it goes a day later
        export.expires_at = now + 3 * OPEN_EVERY
    if export.format == "xlsx":
        export.build_at = now
    else:
        export.ready_at = now


def claim_workbook(now: datetime) -> Export | None:
    """A list that is to become a workbook: seconds of work, so done outside any transaction.

    Whoever is killed over it, or fails, holds it up for LEASE; after three of them it is given up.
    """
    due = select(Export).where(IS_WAITING, Export.build_at <= now, Export.attempts < MOST_ATTEMPTS)
    due = due.order_by(Export.build_at).limit(1)
    export = db.session.scalar(due.with_for_update(skip_locked=True).execution_options(populate_existing=True))
    if export is not None:
        export.build_at, export.attempts = now + LEASE, export.attempts + 1
    return export


def keep_workbook(export_id: int, content: bytes, now: datetime) -> None:
    """It can be fetched from now on. One that was deleted meanwhile stays that."""
    made = update(Export).where(Export.id == export_id).values(content=content, ready_at=now)
    db.session.execute(made.execution_options(synchronize_session=False))


def _begin(member_id: int | None, words: dict[str, str], format_: str, now: datetime) -> Export:
    export = Export(token=secrets.token_urlsafe(24), member_id=member_id, words=words, format=format_, asked_at=now)
    db.session.add(export)
    db.session.flush()
    return export


def sweep(now: datetime) -> None:
    """Delete what has expired."""
    db.session.execute(delete(Export).where(Export.expires_at < now).execution_options(synchronize_session=False))


def forget_member(event: MemberErased) -> None:
    mine = delete(Export).where(Export.member_id == event.member_id)
    db.session.execute(mine.execution_options(synchronize_session=False))
