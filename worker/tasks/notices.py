"""News on members' devices, announcements on their way, and what is new in the searches people keep."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from portal.database import now, transaction
from portal.notifications import announcing, devices
from portal.searches import queries as searches
from portal.searches import services
from portal.settings import current_settings
from worker.app import app
from worker.paging import in_pages


@app.task
def show_on_devices() -> None:
    devices.drain(current_settings())


@app.task
def look_into_searches() -> None:
    """What is new in the searches people keep becomes news for them."""
    every = timedelta(seconds=current_settings().digest_every)
    if searches.is_due(now()):
        in_pages(partial(services.look_again, every))


@app.task
def spread_announcements() -> None:
    """One page of whatever is on its way, as soon as the pace allows it."""
    if announcing.is_due():
        with transaction():
            announcing.spread(current_settings())
