"""Everything that can break breaks, in random order, while facts happen. What must be true afterwards is asked of rows.

`tests/faults/test_storm.py` runs a short one; `python -m bench.storm` the whole one.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import flask_migrate
from apiflask import APIFlask

from portal.app import create_app
from portal.database import db
from portal.settings import Settings
from tests import postgres
from tests.faults.blows import Blows
from tests.faults.life import Life
from tests.faults.processes import Site, wait_for
from tests.faults.report import Plan, Report, asked_for, left, what_came_of


@dataclass
class Storm:
    """One storm over one site."""

    site: Site
    server: Any
    plan: Plan
    port: int

    def run(self) -> Report:
        life, blows = Life(self.plan, self.port), Blows(self.site, self.server, self.plan)
        for process in (self.site.worker, self.site.scheduler, self.site.web):
            process.start()
        wait_for(life.answers, 30, "the first page")
        threads = [threading.Thread(target=self.in_app(work)) for work in (life.happen, life.visit)]
        for thread in threads:
            thread.start()
        blows.rage()
        threads[0].join()
        life.over.set()
        threads[1].join()
        return self.report(life, blows)

    def in_app(self, work: Callable[[], None]) -> Callable[[], None]:
        def run() -> None:
            with self.site.app.app_context():
                work()

        return run

    def report(self, life: Life, blows: Blows) -> Report:
        backlog, catch_up = self.wait_until_settled()
        return what_came_of(
            self.site.sink,
            kills=blows.kills,
            requests=len(life.requests),
            slowest_without_broker=life.slowest(blows.without_broker),
            unanswered_codes=len(set(life.asked) - asked_for()),
            backlog=backlog,
            catch_up=catch_up,
        )

    def wait_until_settled(self) -> tuple[int, float]:
        """How much was left when all was well again, and how many seconds that took."""
        backlog, began = left(), time.monotonic()
        with suppress(TimeoutError):  # the report tells
            wait_for(lambda: left() == 0, self.plan.patience, "the last letter")
        return backlog, time.monotonic() - began


@contextmanager
def own_database(folder: Path, port: int) -> Iterator[tuple[APIFlask, Any]]:
    """A portal on a PostgreSQL of its own, which can be killed without harming anybody else's tests."""
    server = postgres.serve()
    env = {"VAR_DIR": str(folder), "SECRET_KEY": "storm", "BASE_URL": f"http://127.0.0.1:{port}", "LIMITS": "off"}
    app = create_app(Settings.from_env({**env, "DATABASE_URL": postgres.url_of(server)}))
    with app.app_context():
        flask_migrate.upgrade()
        db.engine.dispose()
    try:
        yield app, server
    finally:
        with app.app_context():
            db.engine.dispose()
        server.cleanup()
