"""Looking after the post."""

from __future__ import annotations

from flask import current_app

from portal.database import now
from portal.ledger import watching
from worker.app import app


@app.task
def watch_post() -> None:
    """Tell those who can mend it if letters are late or die in numbers."""
    watching.watch(current_app.config["SETTINGS"], now())
