"""Chaining the audit."""

from __future__ import annotations

from portal.audit import heads, queries
from portal.audit import services as audit
from portal.database import now, transaction
from portal.settings import current_settings
from worker.app import app


@app.task
def chain() -> None:
    """Give staged entries their place, then note the new end outside the database. Twice at once does no harm."""
    settings = current_settings()
    while queries.oldest_staged() is not None:  # an idle portal takes no lock each second
        with transaction():
            audit.chain(settings.secret_key)
            head = audit.head()
        heads.note(settings.var_dir, head, now())
