"""Files of lists, page by page."""

from __future__ import annotations

from portal.database import db, now, transaction
from portal.exports import queries, rows, services
from portal.settings import current_settings
from worker.app import app
from worker.paging import in_pages


@app.task
def write_pages() -> None:
    """What people asked for; an idle portal takes no lock."""
    if queries.is_waiting():
        in_pages(services.work)
        _build_workbook(current_settings().base_url)


def _build_workbook(base_url: str) -> None:
    """Seconds of work for a long list: no transaction waits for it, not even one that has only read."""
    with transaction():
        export = services.claim_workbook(now())
    if export is not None:
        book = rows.workbook(queries.pages(export, base_url))
        db.session.commit()
        content = rows.packed(book)
        with transaction():
            services.keep_workbook(export.id, content, now())


@app.task
def renew_open_data() -> None:
    with transaction():
        services.open_data_due(now())
