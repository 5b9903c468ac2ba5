"""From facts to rows."""

from __future__ import annotations

from portal.outbox import services as outbox
from worker.app import app
from worker.reactions import REACTIONS, nudge


@app.task
def pulse() -> None:
    """Relay what has happened, then ask for the work it has caused."""
    relayed = outbox.relay(REACTIONS)
    nudge(relayed)
