"""Support that was enough before anybody asked for so much."""

from __future__ import annotations

from portal.database import now
from portal.voting import goals
from worker.app import app
from worker.paging import in_pages


@app.task
def look_for_goals() -> None:
    """After a campaign was given another goal; an idle portal takes no lock."""
    if goals.is_due(now()):
        in_pages(goals.catch_up)
