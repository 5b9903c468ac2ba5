"""Letters in batches: written for those who are to be told, and sent.

The two that send acknowledge early: a task that acks late is killed when the broker's connection breaks, and a
letter must not be cut off half sent because Redis went away. They have no time limit worth the name
either: an outcome that cannot be written down yet is kept until the database is back, and every wait
for a mail server is bounded.
"""

from __future__ import annotations

from functools import partial

from portal.database import now
from portal.notifications import delivery, gathering, reminding
from portal.notifications.models import URGENT
from portal.settings import current_settings
from worker.app import app, is_ending
from worker.paging import in_pages

OWN_WAY = {"acks_late": False, "soft_time_limit": 86_400, "time_limit": 86_400}


@app.task(**OWN_WAY)
def send_urgent() -> None:
    """Codes somebody is waiting for, past everything else."""
    delivery.drain(URGENT, is_ending=is_ending)


@app.task(**OWN_WAY)
def drain_mail() -> None:
    """Whatever is due."""
    delivery.drain(is_ending=is_ending)


@app.task
def gather() -> None:
    """Unread notices become letters, at once or once a day; and moderators hear each morning of what waits."""
    settings = current_settings()
    for name in gathering.ROUNDS:
        if gathering.is_due(name, settings, now()):
            in_pages(partial(gathering.next_page, name, settings))


@app.task
def remind() -> None:
    """Drafts left lying, campaigns that open and end."""
    settings = current_settings()
    in_pages(lambda moment: reminding.look(settings, moment) > 0)
