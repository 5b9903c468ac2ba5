"""News on members' devices: claimed, put into words in their language, handed to the push services."""

from __future__ import annotations

import time
from typing import Any

from flask import current_app

from portal.accounts.models import Member
from portal.database import db, now, transaction
from portal.notices import push, pushing, queries, words
from portal.notices.queries import Told
from portal.notifications import hours
from portal.notifications.rendering import as_reader
from portal.settings import Settings

BUDGET = 5.0  # seconds


def drain(settings: Settings) -> int:
    """Show what is due until nothing is left or the time is up, but not at night; returns how many messages were taken."""
    moment = now()
    if hours.is_quiet(moment, settings.quiet_hours) or pushing.oldest_due(moment) is None:
        return 0  # an idle portal takes no lock each second
    until, shown = time.monotonic() + BUDGET, 0
    while time.monotonic() < until:
        with transaction():
            notice_id = pushing.claim(now())
        if notice_id is None:
            break
        for member, told in queries.among([notice_id], now()):
            shown += _show(member, _message(member, told, settings), settings)
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


def _show(member: Member, message: dict[str, Any], settings: Settings) -> int:
    """No transaction is open while a push service is waited for."""
    devices = pushing.devices(member.id)
    db.session.rollback()
    taken = 0
    for device in devices:
        outcome = push.send(device, message, settings)
        taken += outcome.ok
        if outcome.ok and not device.failures:
            continue
        settle = pushing.forget if outcome.gone else pushing.note_success if outcome.ok else pushing.note_failure
        with transaction():
            settle(device.id)
    return taken
