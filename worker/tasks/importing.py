"""Collected ideas, batch by batch."""

from __future__ import annotations

from portal.importing import adding, queries
from worker.app import app
from worker.paging import in_pages


@app.task
def add_rows() -> None:
    """What officers sent in becomes ideas; an idle portal takes no lock."""
    if queries.is_running():
        in_pages(adding.work)
