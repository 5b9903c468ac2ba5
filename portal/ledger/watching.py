"""Looks after the post: if it falls behind, or many letters die, those who can mend it are told, once an hour."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta

from portal.accounts import people
from portal.database import transaction
from portal.ledger import queries
from portal.notices import services as notices
from portal.notifications import services as letters
from portal.settings import Settings

log = logging.getLogger(__name__)


def watch(settings: Settings, now: datetime) -> bool:
    """Look, and tell if something is wrong. A post that somebody has stopped is not wrong.

    Facts that are late or given up are, since letters that ought to be are not there.
    """
    health = queries.health(now)
    wrong = (health.late or health.dying) and not health.paused_at
    if not (wrong or health.facts_late or health.dead_facts_in_hour):
        return False
    letter, fact = (int((age or timedelta()).total_seconds()) for age in (health.oldest_due, health.oldest_fact))
    log.error("post: the oldest due letter has waited %s s, %s died within the hour", letter, health.dead_in_hour)
    log.error("post: the oldest due fact has waited %s s, %s were given up", fact, health.dead_facts)
    waited = fact if health.paused_at else max(letter, fact)
    with transaction():
        hour = f"{now:%Y%m%d%H}"
        admins = people.governors(now)
        for member_id in admins:
            letters.write_post_alert(member_id, hour, (waited, health.dead_in_hour, health.dead_facts), settings)
        notices.tell(admins, "post_alert", f"post_alert:{hour}")
    return True
