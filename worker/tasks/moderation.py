"""What a moderator should know before opening a case, and what happens if nobody opens it."""

from __future__ import annotations

import logging
import time

from portal.database import db, now, transaction
from portal.moderation import learning
from portal.moderation import services as moderation
from portal.moderation.triage.learned import Model
from portal.settings import current_settings
from worker.app import app

log = logging.getLogger(__name__)
BATCH = 50
ROUNDS = 20  # of a hundred deadlines each


@app.task
def triage_waiting() -> None:
    """Run the rules over cases they have not seen, each in a transaction of its own."""
    waiting = moderation.untriaged(BATCH)
    model = learning.active(current_settings().var_dir) if waiting else None
    for case_id in waiting:
        began = time.monotonic()
        triage(case_id, model)
        if db.engine.dialect.name == "sqlite":  # one writer at a time: half of it belongs to everybody else
            time.sleep(time.monotonic() - began)


def triage(case_id: int, model: Model | None = None) -> None:
    """One case that breaks a rule must not keep the others waiting."""
    try:
        with transaction():
            moderation.triage(case_id, now(), model)
    except Exception:
        log.exception("case %s could not be triaged", case_id)


@app.task
def publish_week() -> None:
    """How good each rule was, once a week, by whichever scheduler asks first."""
    if not moderation.week_is_due(now()):  # an idle portal takes no lock
        return
    with transaction():
        moderation.publish_week(now())


@app.task
def keep_deadlines() -> None:
    """Remind, and pass up what nobody decided: all that is due, a batch in a transaction."""
    settings = current_settings()
    for _ in range(ROUNDS):
        if moderation.oldest_due(now()) is None:  # an idle portal takes no lock
            return
        with transaction():
            moderation.keep_deadlines(moderation.Deadlines.of(settings), now())
