"""What beat says and how often. It only says "look": two beats, or none for an hour, do no harm.

A tick expires before it could pile up behind a busy worker.
"""

from __future__ import annotations

import logging
from typing import Any

from celery.beat import ScheduleEntry, Scheduler, SchedulingError

log = logging.getLogger(__name__)


def every(seconds: float, task: str, expires: float) -> dict[str, Any]:
    return {"task": f"worker.tasks.{task}", "schedule": seconds, "options": {"expires": expires}}


SCHEDULE = {
    "relay facts": every(1, "outbox.pulse", expires=2),
    "send codes": every(1, "mail.send_urgent", expires=2),
    "send letters": every(1, "mail.drain_mail", expires=2),
    "gather news": every(2, "mail.gather", expires=4),
    "remind": every(60, "mail.remind", expires=60),
    "triage cases": every(2, "moderation.triage_waiting", expires=4),
    "keep deadlines": every(5, "moderation.keep_deadlines", expires=10),
    "publish how good rules are": every(900, "moderation.publish_week", expires=600),
    "chain the audit": every(1, "audit.chain", expires=2),
    "news on devices": every(1, "notices.show_on_devices", expires=2),
    "announcements": every(2, "notices.spread_announcements", expires=4),
    "support goals": every(10, "voting.look_for_goals", expires=10),
    "saved searches": every(10, "notices.look_into_searches", expires=10),
    "collected ideas": every(2, "importing.add_rows", expires=4),
    "exports": every(2, "exports.write_pages", expires=4),
    "open data": every(300, "exports.renew_open_data", expires=300),
    "watch the post": every(20, "ledger.watch_post", expires=20),
    "guardians": every(5, "accounts.guardians_due", expires=10),
    "tell governors": every(60, "people.tell_governors", expires=60),
    "end what is over": every(5, "people.end_what_is_over", expires=10),
    "send text messages": every(1, "accounts.send_text_messages", expires=2),
    "wishes": every(5, "accounts.wishes_due", expires=10),
    "sweep": every(3600, "maintenance.sweep", expires=600),
}


class Ticks(Scheduler):
    """The scheduler that remembers nothing (rows do), with one line in the log for a broker that is away, not a page."""

    def apply_entry(self, entry: ScheduleEntry, producer: Any = None) -> None:
        try:
            self.apply_async(entry, producer=producer, advance=False)
        except SchedulingError as error:
            log.warning("no tick: %s", error)
