"""Twenty moderators decide about one case at the same moment, over HTTP, case after case: `python -m bench.race [cases]`.

Two web processes, PostgreSQL from its wheel, mixed outcomes. Counted: answers, decisions, entries of the audit, letters.
Then fifty ask at once for the only case there is, as many times.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import flask_migrate
from sqlalchemy import func, select, update

from bench.desk import database
from portal.app import create_app
from portal.audit.models import AuditEntry
from portal.database import db, transaction
from portal.launcher import any_free_port
from portal.moderation.models import Case, Decision
from portal.notifications.models import Letter
from portal.notifications.services.decisions import KIND_OF_OUTCOME
from portal.settings import Settings
from tests import factories
from tests.faults import desk
from tests.faults.processes import site_of, wait_for

RACERS, CLAIMERS = 20, 50


def main(count: int = 100) -> None:
    with tempfile.TemporaryDirectory() as folder:
        env = {"VAR_DIR": folder, "SECRET_KEY": "bench", "DATABASE_URL": database("postgresql", folder)}
        app, port = create_app(Settings.from_env(env)), any_free_port()
        with app.app_context():
            flask_migrate.upgrade()
        with site_of(app, Path(folder), PORT=str(port), LIMITS="off", WEB_WORKERS="2") as site:
            site.web.start()
            address = f"http://127.0.0.1:{port}"
            wait_for(lambda: desk.answers(address), 60, "the first page")
            everybody = [desk.token_of(factories.member("moderator")) for _ in range(CLAIMERS)]
            tokens = everybody[:RACERS]
            _, (*cases, _left) = desk.waiting_cases(count + 1)
            began, answers, clean = time.monotonic(), Counter[int](), 0
            for case in cases:
                got = desk.race(address, case, tokens)
                answers += got
                clean += got == Counter({200: 1, 409: RACERS - 1})
            lasted = time.monotonic() - began
            desk.relay_all()
            tell(count, clean, answers, lasted)
            claim_at_once(address, everybody, count)
            db.session.rollback()
            db.engine.dispose()


def tell(count: int, clean: int, answers: Counter[int], lasted: float) -> None:
    db.session.expire_all()
    decisions = db.session.scalar(select(func.count()).select_from(Decision))
    records = db.session.scalar(select(func.count()).where(AuditEntry.object_kind == "case"))
    letters = db.session.scalar(select(func.count()).where(Letter.kind.in_(KIND_OF_OUTCOME.values())))
    print(f"{count} cases, {RACERS} at once each, {lasted:.1f} s: one 200 and nineteen 409 in {clean} of {count}")
    print(f"answers {dict(answers)}; decisions {decisions}, audit {records}, letters {letters}")


def claim_at_once(address: str, tokens: Sequence[str], rounds: int) -> None:
    """A round is clean if one holds the case and everybody else is told that there is none."""
    clean, began = 0, time.monotonic()
    with ThreadPoolExecutor(len(tokens)) as together:
        for _ in range(rounds):
            got = Counter(together.map(lambda token: desk.post(address, "/moderation/claims", token), tokens))
            clean += got == Counter({200: 1, 204: len(tokens) - 1})
            with transaction():
                db.session.execute(update(Case).values(claimed_by_id=None, claimed_until=None))
    print(
        f"{len(tokens)} claim one case, {rounds} times, {time.monotonic() - began:.1f} s: one holder in {clean} of {rounds}"
    )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
