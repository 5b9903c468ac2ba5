"""News on members' devices, and announcements on their way."""

from __future__ import annotations

from flask import current_app

from portal.database import now, transaction
from portal.notices import pushing
from portal.notifications import announcing, devices
from worker.app import app


@app.task
def show_on_devices() -> None:
    """An idle portal takes no lock each second."""
    if pushing.oldest_due(now()) is not None:
        devices.drain(current_app.config["SETTINGS"])


@app.task
def spread_announcements() -> None:
    """One page of whatever is on its way; the pace is the schedule's."""
    if announcing.is_due():
        with transaction():
            announcing.spread(current_app.config["SETTINGS"])
