"""From "due" to the mail server, and how many letters a second: real worker, real broker, real SMTP on this machine.

`DATABASE_URL` chooses the engine (an empty database); without it a fresh SQLite file is used.
"""

from __future__ import annotations

import os
import smtplib
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import flask_migrate
from sqlalchemy import func, select

from portal.accounts.models import Member
from portal.app import create_app
from portal.database import db
from portal.notifications.models import Letter
from portal.outbox import services as outbox
from portal.settings import Settings
from tests.faults.desk import decide, waiting_cases
from tests.faults.processes import Site, site_of, wait_for
from worker.reactions import REACTIONS

PACED, PER_SECOND, BACKLOG = 200, 20, 500
GOAL_P95, GOAL_PER_SECOND, GOAL_SHARE = 3.0, 40.0, 0.6


def sent(count: int) -> bool:
    db.session.commit()
    return db.session.scalar(select(func.count()).where(Letter.state == "sent")) == count


def latencies(site: Site) -> list[float]:
    """Seconds from the moment of each decision to the mail server's yes."""
    due = {row.message_id: row.next_at for row in db.session.execute(select(Letter.message_id, Letter.next_at))}
    return [when - due[message_id].timestamp() for when, message_id, _ in site.sink.taken]


def bare_smtplib(port: int, letters: Sequence[bytes]) -> float:
    """Letters a second of a loop that keeps nothing and sends the same bytes: the most this machine can do."""
    began = time.monotonic()
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        for letter in letters:
            smtp.sendmail("nay@example.vn", ["ban@example.vn"], letter)
    return len(letters) / (time.monotonic() - began)


def paced(site: Site, cases: Sequence[Any], moderator: Member) -> None:
    """Decisions at a steady pace, everything running."""
    site.worker.start()
    site.ticker.start()
    decide(cases[0], moderator)
    wait_for(lambda: sent(1), 30, "the first letter")
    site.sink.taken.clear()
    for case in cases[1:]:
        decide(case, moderator)
        time.sleep(1 / PER_SECOND)
    wait_for(lambda: sent(len(cases)), 60, "the paced letters")
    waits = sorted(latencies(site))
    p50, p95 = statistics.median(waits), waits[int(len(waits) * 0.95)]
    print(f"due to mail server at {PER_SECOND}/s: p50 {p50:.2f} s, longest {waits[-1]:.2f} s")
    print(f"p95 {p95:.2f} s = {p95 / GOAL_P95:.0%} of the goal of {GOAL_P95:g} s")


def backlog(site: Site, cases: Sequence[Any], moderator: Member) -> None:
    """Everything due at once, as after an outage."""
    site.worker.kill()
    site.ticker.kill()
    for case in cases:
        decide(case, moderator)
    while outbox.relay(REACTIONS):
        pass
    before = len(site.sink.taken)
    site.worker.start()
    wait_for(lambda: sent(PACED + len(cases)), 120, "the backlog")
    arrivals = sorted(when for when, _, _ in site.sink.taken)[before:]
    rate = (len(arrivals) - 1) / (arrivals[-1] - arrivals[0])
    print(
        f"missing {PACED - 1 + len(cases) - len(site.sink.copies)}, doubled {len(site.sink.taken) - len(site.sink.copies)}"
    )
    print(
        f"backlog of {len(cases)}: {rate:.0f} letters/s = {rate / GOAL_PER_SECOND:.1f} times the goal of {GOAL_PER_SECOND:g}/s"
    )
    bare = bare_smtplib(site.sink.port, site.sink.contents[-len(cases) :])
    print(
        f"a bare smtplib loop with the same bytes: {bare:.0f} letters/s; ours is {rate / bare:.0%} (goal {GOAL_SHARE:.0%})"
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        env = {"VAR_DIR": folder, "SECRET_KEY": "bench", "BASE_URL": "http://localhost", "UNDO_WINDOW": "0"}
        app = create_app(Settings.from_env({**env, "DATABASE_URL": os.environ.get("DATABASE_URL", "")}))
        with app.app_context():
            flask_migrate.upgrade()
            with site_of(app, Path(folder)) as site:
                site.sink.contents = []
                moderator, cases = waiting_cases(PACED + BACKLOG)
                paced(site, cases[:PACED], moderator)
                backlog(site, cases[PACED:], moderator)
            db.engine.dispose()


if __name__ == "__main__":
    sys.exit(main())
