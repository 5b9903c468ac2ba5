"""Looks after the post: if it falls behind, or many letters die, those who can mend it are told, once an hour."""

from __future__ import annotations

import logging
import time
from datetime import datetime, timedelta

from portal.accounts import people
from portal.database import transaction
from portal.notices import services as notices
from portal.notifications import services as letters
from portal.notifications.health import Health, health
from portal.settings import Settings

log = logging.getLogger(__name__)
SAY_EVERY = 60.0  # seconds: it is looked at more often than anybody wants to read of it
_said: list[float] = []  # when this process last did


def watch(settings: Settings, now: datetime) -> bool:
    """Look, and tell if something is wrong."""
    found = health(now)
    if not found.is_wrong:
        return False
    _say(found)
    with transaction():
        told = letters.write_post_alert(people.governors(now), found, settings, now)
        notices.tell(told, "post_alert", f"post_alert:{now:%Y%m%d%H%M}", thread="post_alert")
    return True


def _say(found: Health) -> None:
    moment = time.monotonic()
    if _said and moment - _said[-1] < SAY_EVERY:
        return
    _said[:] = [moment]
    letter, fact = (int((age or timedelta()).total_seconds()) for age in (found.waited, found.oldest_fact))
    words = "post: oldest due letter %s s, %s died within the hour; oldest due fact %s s, %s given up; trouble: %s"
    log.error(words, letter, found.dead_in_hour, fact, found.dead_facts, found.trouble or "none")
