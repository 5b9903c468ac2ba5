"""Looking after the post."""

from __future__ import annotations

from portal.database import now
from portal.ledger import watching
from portal.settings import current_settings
from worker.app import app


@app.task
def watch_post() -> None:
    """Tell those who can mend it if letters are late or die in numbers."""
    watching.watch(current_settings(), now())
