"""From "due" to the mail server, and how many letters a second: real worker, real broker, real SMTP on this machine.

`python -m bench.letters [BACKLOG]`. `DATABASE_URL` chooses the engine (an empty database); without it a fresh SQLite file is used.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import flask_migrate
from sqlalchemy import func, select

from bench import goal, missed
from bench.serving import cpu_of
from bench.sink import bare_smtplib, sink_apart
from portal.accounts.models import Member
from portal.app import create_app
from portal.database import db
from portal.notifications.models import Letter
from portal.outbox import services as outbox
from portal.settings import Settings
from tests.faults.desk import decide, waiting_cases
from tests.faults.processes import Site, site_of, wait_for
from worker.reactions import REACTIONS

PACED, PER_SECOND = 200, 20
BEGINNING = 2.0  # seconds
GOAL_P95, GOAL_PER_SECOND, GOAL_SHARE = 3.0, 40.0, 0.6


def sent(count: int) -> bool:
    return number_sent() == count


def number_sent() -> int:
    db.session.commit()
    return db.session.scalar(select(func.count()).where(Letter.sent_at.is_not(None))) or 0


def latencies(site: Site) -> list[float]:
    """Seconds from the moment of each decision to the mail server's yes."""
    due = {row.message_id: row.next_at for row in db.session.execute(select(Letter.message_id, Letter.next_at))}
    return [when - due[message_id].timestamp() for when, message_id, _ in site.sink.taken]


def paced(site: Site, cases: Sequence[Any], moderator: Member) -> None:
    """Decisions at a steady pace, everything running."""
    site.worker.start()
    site.ticker.start()
    decide(cases[0], moderator)
    wait_for(lambda: sent(1), 30, "the first letter")
    site.sink.forget()
    for case in cases[1:]:
        decide(case, moderator)
        time.sleep(1 / PER_SECOND)
    wait_for(lambda: sent(len(cases)), 60, "the paced letters")
    waits = sorted(latencies(site))
    p50, p95 = statistics.median(waits), waits[int(len(waits) * 0.95)]
    print(f"due to mail server at {PER_SECOND}/s: p50 {p50:.2f} s, longest {waits[-1]:.2f} s")
    goal(p95 < GOAL_P95, f"p95 {p95:.2f} s = {p95 / GOAL_P95:.0%} of the goal of {GOAL_P95:g} s")


def backlog(site: Site, cases: Sequence[Any], moderator: Member) -> None:
    """Everything due at once, as after an outage; then the same bytes from senders that do nothing else."""
    site.worker.kill()
    site.ticker.kill()
    for case in cases:
        decide(case, moderator)
    while outbox.relay(REACTIONS):
        pass
    site.sink.forget()
    site.worker.start()
    spent = cpu_of_the_rest(site, PACED + len(cases))
    taken, copies, letters = site.sink.taken, site.sink.copies, site.sink.contents
    rate = steady(sorted(when for when, _, _ in taken))
    missing, doubled = len(cases) - len(copies), len(taken) - len(copies)
    goal(missing == doubled == 0, f"missing {missing}, doubled {doubled}")
    pace = f"{rate:.0f} letters/s = {rate / GOAL_PER_SECOND:.1f} times {GOAL_PER_SECOND:g}/s"
    goal(rate >= GOAL_PER_SECOND, f"backlog of {len(cases)}: {pace}")
    site.worker.kill()
    print(f"the worker takes {spent * 1000:.2f} ms of CPU for a letter")
    for senders in (1, 2):
        bare, cpu = usual(bare_smtplib(site.sink.port, letters, senders) for _ in range(3))
        share = f"ours is {rate / bare:.0%} (goal {GOAL_SHARE:.0%})"
        words = f"bare smtplib over {senders}: {bare:.0f} letters/s; {share}; it takes {cpu * 1000:.2f} ms of CPU"
        if senders == 1:
            goal(rate / bare >= GOAL_SHARE, words)
        else:
            print(f"       {words}")


def steady(arrivals: Sequence[float]) -> float:
    """Letters a second once all processes of the worker have begun; the bare senders are waited for as well."""
    counted = [when for when in arrivals if when > arrivals[0] + BEGINNING]
    if len(counted) < 2:
        raise SystemExit("the backlog was sent before it could be measured: ask for more letters")
    return (len(counted) - 1) / (counted[-1] - counted[0])


def usual(runs: Iterable[tuple[float, float]]) -> tuple[float, float]:
    """The middle one of several: a sender that only waits for one other process is at the mercy of where both run."""
    ordered = sorted(runs)
    return ordered[len(ordered) // 2]


def cpu_of_the_rest(site: Site, count: int) -> float:
    """Wait until so many are sent; seconds of CPU the worker took for each but the first, before which it loads."""
    assert site.worker.running
    before = number_sent()
    wait_for(lambda: number_sent() > before, 60, "the first letters of the backlog")
    began, cpu = number_sent(), cpu_of(site.worker.running.pid)
    wait_for(lambda: sent(count), 300, "the backlog")
    return (cpu_of(site.worker.running.pid) - cpu) / (count - began)


def main(letters: int) -> bool:
    with tempfile.TemporaryDirectory() as folder:
        env = {"VAR_DIR": folder, "SECRET_KEY": "bench", "BASE_URL": "http://localhost", "UNDO_WINDOW": "0"}
        app = create_app(Settings.from_env({**env, "DATABASE_URL": os.environ.get("DATABASE_URL", "")}))
        with app.app_context():
            flask_migrate.upgrade()
            lease = {"OUTBOX_LEASE": "60"}  # the usual one: with a short one each letter is marked before it leaves
            with sink_apart() as sink, site_of(app, Path(folder), sink, **lease) as site:
                moderator, cases = waiting_cases(PACED + letters)
                paced(site, cases[:PACED], moderator)
                backlog(site, cases[PACED:], moderator)
            db.engine.dispose()
    return bool(missed)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 4000))
