"""The stand-in for Celery while its broker is away, frozen, or nobody consumes: `python -m worker.ticker`.

It judges by effect alone: if something due has waited too long, it does the work itself. The claims in
the database keep it and the workers apart, so both may run at once. It ends with SIGTERM or with its parent.
`worker.app` forks one beside each Celery worker.
"""

from __future__ import annotations

import logging
import os
import signal
import threading
from datetime import datetime, timedelta

from sqlalchemy.exc import SQLAlchemyError

from portal.accounts import phones
from portal.audit import queries as audit
from portal.database import now
from portal.moderation import services as moderation
from portal.notifications import delivery, gathering
from portal.notifications import queries as letters
from portal.outbox import queries as facts
from portal.outbox import services as outbox
from worker.app import portal
from worker.reactions import REACTIONS
from worker.tasks.accounts import send_text_messages
from worker.tasks.audit import chain
from worker.tasks.ledger import watch_post
from worker.tasks.mail import gather
from worker.tasks.moderation import keep_deadlines, triage_waiting

log = logging.getLogger(__name__)
EVERY = 2.0
LATE = timedelta(seconds=3)


class Ticker:
    """Looks every two seconds."""

    def __init__(self) -> None:
        self.ending = threading.Event()
        self.untriaged: int | None = None  # the oldest case without triage at the last look

    def run(self) -> None:
        parent = os.getppid()
        while not self.ending.wait(EVERY) and os.getppid() == parent:
            try:
                with portal().app_context():
                    self.look()
            except SQLAlchemyError as error:
                log.warning("ticker: %s", type(error).__name__)
            except Exception:  # the last one standing must go on standing
                log.exception("ticker")

    def look(self) -> None:
        """Do what is late."""
        if is_late(facts.oldest_due(now())):
            outbox.relay(REACTIONS)
        oldest = next(iter(moderation.untriaged(1)), None)
        if oldest is not None and oldest == self.untriaged:
            triage_waiting()
        self.untriaged = oldest
        if is_late(moderation.oldest_due(now())):
            keep_deadlines()
        if is_late(gathering.oldest_due(now())):
            gather()
        if is_late(letters.oldest_due(now())):
            delivery.drain()
            watch_post()
        if is_late(phones.oldest_due(now())):
            send_text_messages()
        if is_late(audit.oldest_staged()):
            chain()


def is_late(since: datetime | None) -> bool:
    return since is not None and now() - since > LATE


def main() -> None:
    """Run until SIGTERM, Ctrl-C, or the end of the process that started this one."""
    ticker = Ticker()
    for wish in (signal.SIGTERM, signal.SIGINT):
        signal.signal(wish, lambda _signal, _frame: ticker.ending.set())
    ticker.run()


def fork() -> int:
    """A ticker that shares this process's memory; returns its process id. Called before any thread or connection."""
    pid = os.fork()
    if pid == 0:
        try:
            main()
        finally:
            os._exit(0)
    return pid


if __name__ == "__main__":
    main()
