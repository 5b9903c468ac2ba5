"""What beat says and how often. It only says "look": two beats, or none for an hour, do no harm.

A tick expires before it could pile up behind a busy worker.
"""

from __future__ import annotations

from typing import Any


def every(seconds: float, task: str, expires: float) -> dict[str, Any]:
    return {"task": f"worker.tasks.{task}", "schedule": seconds, "options": {"expires": expires}}


SCHEDULE = {
    "relay facts": every(1, "outbox.pulse", expires=2),
    "send codes": every(1, "mail.send_urgent", expires=2),
    "send letters": every(1, "mail.drain_mail", expires=2),
    "triage cases": every(2, "moderation.triage_waiting", expires=4),
    "sweep": every(3600, "maintenance.sweep", expires=600),
}
