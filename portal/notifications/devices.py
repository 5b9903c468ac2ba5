"""News on members' devices: claimed, put into words in their language, handed to the push services."""

from __future__ import annotations

import time
from datetime import datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, update

from portal.accounts.models import Member
from portal.database import db, insert_ignore, now, transaction
from portal.notices import push, pushing, queries, words
from portal.notices.queries import Told
from portal.notifications import hours
from portal.notifications.models import LetterRound
from portal.notifications.rendering import as_reader
from portal.settings import Settings

BUDGET = 1.0  # seconds: the letters, which the same few hands send, wait no longer
LONGEST = timedelta(seconds=60)  # that one message to ten slow devices may take
TURN = "push"


def drain(settings: Settings) -> int:
    """Show what is due until nothing is left or the time is up, but not at night; returns how many messages were taken.

    One process at a time: slow push services hold up one hand of the worker and never all.
    """
    moment = now()
    if hours.is_quiet(moment, settings.quiet_hours) or pushing.oldest_due(moment) is None:
        return 0  # an idle portal takes no lock each second
    if not _take_turn(moment):
        return 0
    try:
        with push.connected() as session:
            return _show_all(settings, session)
    finally:
        with transaction():
            _until(now())


def _take_turn(moment: datetime) -> bool:
    """False while somebody else is at it. Of one that was killed the turn lapses."""
    with transaction():
        db.session.execute(insert_ignore(LetterRound.__table__).values(name=TURN, next_at=moment, after=0))
        return _until(moment + LONGEST, LetterRound.next_at <= moment)


def _until(end: datetime, *conditions: ColumnElement[bool]) -> bool:
    turn = update(LetterRound).where(LetterRound.name == TURN, *conditions).values(next_at=end)
    return db.session.scalar(turn.returning(LetterRound.name).execution_options(synchronize_session=False)) is not None


def _show_all(settings: Settings, session: Any) -> int:
    until, shown = time.monotonic() + BUDGET, 0
    while time.monotonic() < until:
        with transaction():
            notice_id = pushing.claim(now())
        if notice_id is None:
            break
        for member, told in queries.among([notice_id], now()):
            shown += _show(member, _message(member, told, settings), settings, session)
    return shown


def _message(member: Member, told: Told, settings: Settings) -> dict[str, Any]:
    with as_reader(member.language, settings):
        icon = current_app.jinja_env.globals["asset_url"]
        return {
            "title": "Nảy",  # what somebody called an idea is nobody's business who sees the screen
            "body": words.line(told),
            "url": words.target(told),
            "tag": told.thread,  # a second message about the same thing takes the first one's place
            "icon": icon("mark-192.png"),  # type: ignore[operator]  # a function of ours
        }


def _show(member: Member, message: dict[str, Any], settings: Settings, session: Any) -> int:
    """No transaction is open while a push service is waited for."""
    devices = pushing.devices(member, settings.session_idle, now())
    for device in devices:
        db.session.expunge(device)  # what is known of it is not read again meanwhile
    db.session.rollback()
    taken = 0
    for device in devices:
        outcome = push.send(device, message, settings, session)
        taken += outcome.ok
        if outcome.ok and not device.failures:
            continue
        settle = pushing.forget if outcome.gone else pushing.note_success if outcome.ok else pushing.note_failure
        with transaction():
            settle(device.id)
    return taken
