"""A poison letter among good ones, SIGTERM under load, and twenty thousand tasks through one worker.

`DATABASE_URL` chooses the engine (an empty database); without it a fresh SQLite file is used.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import flask_migrate
import redis
from sqlalchemy import func, select, update

from bench import goal, missed
from bench.letters import sent
from bench.start import descendants, pss
from portal.accounts.models import Member
from portal.app import create_app
from portal.database import db, now, transaction
from portal.notifications.models import Letter
from portal.notifications.services import new_message_id
from portal.settings import Settings
from tests.faults.desk import decide, waiting_cases
from tests.faults.processes import Site, site_of, wait_for
from worker.app import app as celery

LETTERS, TASKS = 200, 20_000
BESIDE, TIMES = 14, 3
POISONED = 1 + 2 * BESIDE * TIMES
POISON = Letter.dedup_key.startswith("poison:")
GOAL_DELAY, GOAL_EXIT, GOAL_KEYS, GOAL_GROWTH = 1.0, 10.0, 50, 50


def poison(key: str) -> None:
    """A letter about an idea that is not there: writing it breaks."""
    moment = now()
    with transaction():
        member_id = db.session.scalars(select(Member.id).limit(1)).one()
        db.session.add(
            Letter(
                kind="idea_received",
                dedup_key=f"poison:{key}",
                recipient_id=member_id,
                payload={"idea_id": -1, "version": 1},
                message_id=new_message_id("x@example.vn"),
                next_at=moment,
                created_at=moment,
            )
        )


def poisoned(site: Site, cases: Sequence[Any], moderator: Member) -> None:
    """Good letters alone, then beside one that breaks and is made due again at once; several times, as machines hiccup."""
    site.worker.start()
    decide(cases[0], moderator)
    wait_for(lambda: sent(1), 60, "the first letter")
    differences = []
    for n in range(1, POISONED, 2 * BESIDE):
        alone = longest(site, cases[n : n + BESIDE], moderator)
        poison(str(n))
        beside = longest(site, cases[n + BESIDE : n + 2 * BESIDE], moderator)
        differences.append(beside - alone)
        wait_for(lambda: due_again() or all_dead(), 60, "the end of the poison letter")
    attempts = db.session.scalars(select(Letter.attempts).where(POISON).distinct()).all()
    middle = statistics.median(differences)
    goal(middle < GOAL_DELAY, f"poison: its neighbours came {middle:+.2f} s later at worst (at most {GOAL_DELAY:g} s)")
    goal(attempts == [8], f"poison: dead after {attempts} tries (8)")


def longest(site: Site, cases: Sequence[Any], moderator: Member) -> float:
    """Seconds from due to the mail server, of the slowest of these."""
    before = len(site.sink.taken)
    for case in cases:
        decide(case, moderator)
        due_again()
        time.sleep(0.1)
    wait_for(lambda: len(site.sink.taken) >= before + len(cases), 60, "the letters")
    due = {row.message_id: row.next_at for row in db.session.execute(select(Letter.message_id, Letter.next_at))}
    return max(when - due[message_id].timestamp() for when, message_id, _ in site.sink.taken[before:])


def due_again() -> None:
    with transaction():
        db.session.execute(update(Letter).where(POISON, Letter.state == "pending").values(next_at=now()))


def all_dead() -> bool:
    return db.session.scalar(select(func.count()).where(POISON, Letter.state != "dead")) == 0


def asked_to_end(site: Site, cases: Sequence[Any], moderator: Member) -> None:
    """SIGTERM in the middle of a backlog."""
    site.worker.kill()
    for case in cases:
        decide(case, moderator)
    before = len(site.sink.copies)
    site.worker.start()
    wait_for(lambda: len(site.sink.copies) > before + 20, 60, "the first letters of the backlog")
    began = time.monotonic()
    assert site.worker.running
    site.worker.running.terminate()
    site.worker.running.wait(20)
    took = time.monotonic() - began
    site.worker.start()
    wait_for(lambda: sent(POISONED + len(cases)), 120, "the rest of the backlog")
    missing = POISONED + len(cases) - len(site.sink.copies)
    doubled = len(site.sink.taken) - len(site.sink.copies)
    words = f"SIGTERM under load: ended in {took:.1f} s (at most {GOAL_EXIT:g}), missing {missing}, doubled {doubled}"
    goal(took <= GOAL_EXIT and missing == doubled == 0, words)


def many_tasks(site: Site) -> None:
    """Nudges, as the relay sends them; what counts is what they leave behind."""
    celery.conf.broker_url = site.redis_url
    assert site.worker.running
    time.sleep(5)
    first = sum(map(pss, descendants(site.worker.running.pid)))
    began = time.monotonic()
    for n in range(TASKS):
        celery.send_task("worker.tasks.mail.send_urgent", expires=300)
        if n % 500 == 0:
            wait_for(lambda: queued(site.redis()) < 1000, 120, "the worker to keep up")
    wait_for(lambda: queued(site.redis()) == 0, 180, "the last task")
    took = time.monotonic() - began
    time.sleep(2)
    keys = site.redis().dbsize()
    growth = sum(map(pss, descendants(site.worker.running.pid))) - first
    goal(keys <= GOAL_KEYS, f"{TASKS} tasks in {took:.0f} s: {keys} keys in the broker (at most {GOAL_KEYS})")
    words = f"the worker grew by {growth:+.0f} MB PSS from {first:.0f} MB (at most {GOAL_GROWTH})"
    goal(growth <= GOAL_GROWTH, words)


def queued(broker: redis.Redis) -> int:
    return int(broker.llen("ideabank:security_mail"))


def main() -> bool:
    with tempfile.TemporaryDirectory() as folder:
        env = {"VAR_DIR": folder, "SECRET_KEY": "bench", "BASE_URL": "http://localhost", "UNDO_WINDOW": "0"}
        app = create_app(Settings.from_env({**env, "DATABASE_URL": os.environ.get("DATABASE_URL", "")}))
        with app.app_context():
            flask_migrate.upgrade()
            with site_of(app, Path(folder)) as site:
                moderator, cases = waiting_cases(POISONED + LETTERS)
                poisoned(site, cases[:POISONED], moderator)
                asked_to_end(site, cases[POISONED:], moderator)
                many_tasks(site)
            db.engine.dispose()
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main())
