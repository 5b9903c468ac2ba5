"""Files of lists, page by page."""

from __future__ import annotations

from functools import partial

from flask import current_app

from portal.database import now, transaction
from portal.exports import queries, services
from worker.app import app
from worker.tasks.mail import in_pages


@app.task
def write_pages() -> None:
    """What people asked for; an idle portal takes no lock."""
    if queries.is_waiting():
        in_pages(partial(services.work, current_app.config["SETTINGS"].base_url))


@app.task
def renew_open_data() -> None:
    with transaction():
        services.open_data_due(now())
