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
from email.message import EmailMessage
from pathlib import Path

import flask_migrate
from sqlalchemy import func, select, update

from portal.accounts import services as accounts
from portal.accounts.models import Member
from portal.app import create_app
from portal.database import db, now, transaction
from portal.ideas import services as ideas
from portal.moderation import services as moderation
from portal.moderation.models import Case
from portal.notifications.models import Letter
from portal.outbox import services as outbox
from portal.settings import Settings
from tests import factories
from tests.faults.processes import Site, site_of, wait_for
from worker.reactions import REACTIONS

PACED, PER_SECOND, BACKLOG = 200, 20, 500
GOAL_P95, GOAL_PER_SECOND = 3.0, 40.0


def prepare(count: int) -> tuple[Member, list[tuple[int, int]]]:
    """A moderator, and ideas that wait."""
    with transaction():
        moderator = accounts.add_member("nguoiduyet@example.vn", "Người duyệt", now(), role="moderator")
        for n in range(count):
            author = accounts.add_member(f"tacgia{n}@example.vn", f"Tác giả {n}", now())
            ideas.add(author, factories.content(), now(), source="demo")
    while outbox.relay(REACTIONS):
        pass
    return moderator, [tuple(row) for row in db.session.execute(select(Case.id, Case.version))]


def decide(case: tuple[int, int], moderator: Member) -> None:
    with transaction():
        moderation.decide(case[0], moderator, case[1], "approve", "", "", now())


def sent(count: int) -> bool:
    db.session.commit()
    return db.session.scalar(select(func.count()).where(Letter.state == "sent")) == count


def latencies(site: Site) -> list[float]:
    """Seconds from the moment of each decision to the mail server's yes."""
    due = {row.message_id: row.next_at for row in db.session.execute(select(Letter.message_id, Letter.next_at))}
    return [when - due[message_id].timestamp() for when, message_id, _ in site.sink.taken]


def bare_smtplib(port: int, count: int) -> float:
    """Letters a second of a loop that keeps nothing: what this machine and this mail server can do at most."""
    letter = EmailMessage()
    letter["From"], letter["To"], letter["Message-ID"] = "a@example.vn", "b@example.vn", "<x@example.vn>"
    letter.set_content("Chào bạn\n" * 200)
    began = time.monotonic()
    with smtplib.SMTP("127.0.0.1", port) as smtp:
        for _ in range(count):
            smtp.send_message(letter)
    return count / (time.monotonic() - began)


def measure(site: Site) -> None:
    moderator, cases = prepare(1 + PACED + BACKLOG)
    site.worker.start()
    site.ticker.start()
    decide(cases.pop(), moderator)
    wait_for(lambda: sent(1), 30, "the first letter")
    site.sink.taken.clear()
    for case in cases[:PACED]:
        decide(case, moderator)
        time.sleep(1 / PER_SECOND)
    wait_for(lambda: sent(PACED + 1), 60, "the paced letters")
    waits = sorted(latencies(site))
    p50, p95 = statistics.median(waits), waits[int(len(waits) * 0.95)]
    print(
        f"due to mail server at {PER_SECOND}/s: p50 {p50:.2f} s, p95 {p95:.2f} s ({p95 / GOAL_P95:.0%} of the goal of {GOAL_P95:g} s), longest {waits[-1]:.2f} s"
    )

    site.worker.kill()
    site.ticker.kill()
    for case in cases[PACED:]:
        decide(case, moderator)
    while outbox.relay(REACTIONS):
        pass
    with transaction():
        db.session.execute(update(Letter).where(Letter.state == "pending").values(next_at=now()))
    site.worker.start()
    wait_for(lambda: sent(1 + len(cases)), 120, "the backlog")
    missing, doubled = len(cases) - len(site.sink.copies), len(site.sink.taken) - len(site.sink.copies)
    arrivals = sorted(when for when, _, _ in site.sink.taken)[PACED:]
    rate = (BACKLOG - 1) / (arrivals[-1] - arrivals[0])
    bare = bare_smtplib(site.sink.port, BACKLOG)
    print(
        f"backlog of {BACKLOG}: {rate:.0f} letters/s ({rate / GOAL_PER_SECOND:.1f} times the goal of {GOAL_PER_SECOND:g}/s; a bare smtplib loop: {bare:.0f}/s)"
    )
    print(f"missing {missing}, doubled {doubled}")


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        env = {"VAR_DIR": folder, "SECRET_KEY": "bench", "BASE_URL": "http://localhost", "UNDO_WINDOW": "0"}
        app = create_app(Settings.from_env({**env, "DATABASE_URL": os.environ.get("DATABASE_URL", "")}))
        with app.app_context():
            flask_migrate.upgrade()
            with site_of(app, Path(folder)) as site:
                measure(site)
            db.engine.dispose()


if __name__ == "__main__":
    sys.exit(main())
