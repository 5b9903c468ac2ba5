"""Taking the next case from a long queue: `python -m bench.desk [cases] [moderators] [seconds]`.

Each moderator takes the next case, looks at it for about a second, is done with it, and takes the next. They sit in
seven processes of some threads each, as behind seven web workers. Measured is the transaction that takes a case, and within it what
the database needed. On PostgreSQL from its wheel; `bench.desk sqlite` with the same arguments on a SQLite file.
"""

from __future__ import annotations

import multiprocessing
import random
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import flask_migrate
import sqlalchemy as sa

from portal.accounts import services as accounts
from portal.accounts.models import Member
from portal.app import create_app
from portal.database import db, now, transaction
from portal.ideas import services as ideas
from portal.moderation import services as moderation
from portal.moderation.models import Case
from portal.settings import Settings
from tests import factories, postgres

GOAL_P99 = 60.0  # ms
TTL, AT_ONCE, PROCESSES = 3600, 5000, 7


def fill(count: int) -> None:
    """So many open cases about one idea: the queue is what is measured, not the ideas."""
    with transaction():
        author = accounts.add_member("tacgia@example.vn", "Tác giả", now())
        idea = ideas.add(author, factories.content(), now(), source="demo")
    moment = now()
    for start in range(0, count, AT_ONCE):
        rows = [_row(n, idea.id, moment) for n in range(start, min(count, start + AT_ONCE))]
        with transaction():
            db.session.execute(sa.insert(Case.__table__), rows)
    with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(sa.text("ANALYZE"))


def _row(n: int, idea_id: int, moment: Any) -> dict[str, Any]:
    due = moment.replace(microsecond=n % 1_000_000)
    names = {"kind": "idea", "state": "open", "version": 1, "urgent": 1, "level": 0, "idea_version": 1}
    times = dict.fromkeys(("created_at", "due_at", "queue_at", "triaged_at"), due)
    return {"subject": f"idea:-{n}", "idea_id": idea_id, **names, **times}


def sit(env: dict[str, str], people: Sequence[int], seconds: float, ready: Any, told: Any) -> None:
    """One process with some of the moderators. They begin when all are there: who still starts is not measured."""
    app = create_app(Settings.from_env(env))
    local, took, got = threading.local(), [], []
    with app.app_context():
        sa.event.listen(db.engine, "before_cursor_execute", lambda *_: setattr(local, "began", time.perf_counter()))
        sa.event.listen(
            db.engine,
            "after_cursor_execute",
            lambda *_: setattr(local, "spent", getattr(local, "spent", 0) + time.perf_counter() - local.began),
        )

    def work(member_id: int) -> None:
        with app.app_context():
            who = db.session.get_one(Member, member_id, options=[sa.orm.selectinload(Member.grants)])
            db.session.rollback()
            with transaction():  # opens the connection
                mine = moderation.claim_next(who, TTL, now()).id
                got.append(mine)
                db.session.execute(sa.update(Case).where(Case.id == mine).values(state="decided"))
            ready.wait()
            end = time.monotonic() + seconds
            time.sleep(random.uniform(0, 1))
            while time.monotonic() < end:
                local.spent, began = 0, time.perf_counter()
                with transaction():
                    case = moderation.claim_next(who, TTL, now())
                took.append((time.perf_counter() - began, local.spent))
                mine = case.id if case else 0
                got.append(mine)
                time.sleep(random.uniform(0.5, 1.5))
                with transaction():
                    db.session.execute(sa.update(Case).where(Case.id == mine).values(state="decided"))

    threads = [threading.Thread(target=work, args=(one,)) for one in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    told.put((took, got))


def database(engine: str, folder: str) -> str:
    """A fresh one; its address."""
    if engine == "sqlite":
        return f"sqlite:///{Path(folder) / 'bench.db'}"
    server = sa.make_url(postgres.start())
    with sa.create_engine(server, isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(sa.text("DROP DATABASE IF EXISTS bench_desk WITH (FORCE)"))
        connection.execute(sa.text("CREATE DATABASE bench_desk"))
    return server.set(database="bench_desk").render_as_string(hide_password=False)


def main(engine: str, cases: int = 100_000, moderators: int = 50, seconds: int = 20) -> None:
    with tempfile.TemporaryDirectory() as folder:
        env = {"VAR_DIR": folder, "SECRET_KEY": "bench", "DATABASE_URL": database(engine, folder)}
        with create_app(Settings.from_env(env)).app_context():
            flask_migrate.upgrade()
            fill(cases)
            people = [factories.member("moderator").id for _ in range(moderators)]
            db.engine.dispose()
        context = multiprocessing.get_context("spawn")
        told, ready = context.Queue(), context.Barrier(moderators, timeout=120)
        seats = [people[n::PROCESSES] for n in range(PROCESSES)]
        running = [context.Process(target=sit, args=(env, some, seconds, ready, told)) for some in seats]
        for process in running:
            process.start()
        results = [told.get() for _ in running]
        for process in running:
            process.join()
    took = [one for its, _ in results for one in its]
    got = [one for _, its in results for one in its]
    whole, inside = ([1000 * value for value in values] for values in zip(*took, strict=True))
    print(f"{engine}: {cases:,} queued, {moderators} moderators, {len(got):,} taken in {seconds} s")
    for name, values in (("whole transaction", whole), ("in the database", inside)):
        p = statistics.quantiles(values, n=100)
        print(f"{name}: p50 {p[49]:.1f} ms, p95 {p[94]:.1f} ms, p99 {p[98]:.1f} ms (goal {GOAL_P99:g} ms)")
    print(f"given twice: {len(got) - len(set(got))}")


if __name__ == "__main__":
    arguments = sys.argv[1:]
    chosen = arguments.pop(0) if arguments and arguments[0] == "sqlite" else "postgresql"
    main(chosen, *map(int, arguments))
