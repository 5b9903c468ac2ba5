"""Letters in batches.

These two acknowledge early: a task that acks late is killed when the broker's connection breaks, and a
letter must not be cut off half sent because Redis went away. They have no time limit worth the name
either: an outcome that cannot be written down yet is kept until the database is back, and every wait
for a mail server is bounded.
"""

from __future__ import annotations

from portal.notifications import delivery
from portal.notifications.catalogue import URGENT
from worker.app import app

OWN_WAY = {"acks_late": False, "soft_time_limit": 86_400, "time_limit": 86_400}


@app.task(**OWN_WAY)
def send_urgent() -> None:
    """Codes somebody is waiting for, past everything else."""
    delivery.drain(URGENT)


@app.task(**OWN_WAY)
def drain_mail() -> None:
    """Whatever is due."""
    delivery.drain()
