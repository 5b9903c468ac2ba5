"""The desk under real processes: twenty decide at once over HTTP, fifty want one case, schedulers were dead for a while."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from portal.audit.models import AuditEntry
from portal.database import db, now, transaction
from portal.launcher import any_free_port
from portal.moderation.models import Case, Deadline, Decision, Move
from portal.notifications.models import Letter
from portal.notifications.services.decisions import KIND_OF_OUTCOME
from portal.outbox.models import Fact
from tests import factories
from tests.faults import desk
from tests.faults.processes import Site, site_of, wait_for

pytestmark = [pytest.mark.faults, pytest.mark.enable_socket, pytest.mark.timeout(300)]
CASES, RACERS, CLAIMERS = 5, 20, 50
"""Five cases in every run; `python -m bench.race` takes a hundred."""


@pytest.fixture
def served(fresh_app, tmp_path):
    port = any_free_port()
    with site_of(fresh_app, tmp_path, PORT=str(port), LIMITS="off", WEB_WORKERS="2") as site:
        site.web.start()
        address = f"http://127.0.0.1:{port}"
        wait_for(lambda: desk.answers(address), 30, "the first page")
        yield site, address


def test_of_twenty_who_decide_at_once_over_http_one_does(served):
    _, address = served
    tokens = [desk.token_of(factories.member("moderator")) for _ in range(RACERS)]
    _, cases = desk.waiting_cases(CASES)
    for case in cases:
        assert desk.race(address, case, tokens) == Counter({409: RACERS - 1, 200: 1})
    desk.relay_all()
    db.session.expire_all()
    count = select(func.count()).select_from
    assert db.session.scalar(count(Decision)) == CASES
    assert db.session.scalar(select(func.count()).where(AuditEntry.object_kind == "case")) == CASES
    mailed = select(func.count()).select_from(Letter).where(Letter.kind.in_(KIND_OF_OUTCOME.values()))
    assert db.session.scalar(mailed) == CASES


def test_of_fifty_who_want_the_only_case_one_gets_it(served):
    _, address = served
    tokens = [desk.token_of(factories.member("moderator")) for _ in range(CLAIMERS)]
    desk.waiting_cases(1)
    with ThreadPoolExecutor(CLAIMERS) as together:
        answers = Counter(together.map(lambda token: desk.post(address, "/moderation/claims", token), tokens))
    assert answers == Counter({204: CLAIMERS - 1, 200: 1})


OVERDUE = 500


def test_deadlines_that_passed_while_everything_was_dead_are_each_kept_once(site: Site):
    """With two schedulers and two workers' worth of hands, within thirty seconds of their start."""
    _, cases = desk.waiting_cases(OVERDUE, unit="40")
    with transaction():
        long_ago = now() - timedelta(days=5)
        db.session.execute(update(Deadline).where(Deadline.level <= 1).values(due_at=long_ago))
    site.worker.start()
    site.scheduler.start()
    wait_for(site.broker_is_used, 60, "the worker")
    wait_for(lambda: _open_deadlines() == 0, 45, f"{OVERDUE} deadlines")
    moved = Counter(db.session.scalars(select(Move.case_id).where(Move.level == 1)))
    assert (len(moved), set(moved.values())) == (len(cases), {1})
    facts = Counter(db.session.scalars(select(Fact.name).where(Fact.name.in_(("CaseOverdue", "CaseEscalated")))))
    assert facts == Counter(CaseOverdue=OVERDUE, CaseEscalated=OVERDUE)
    done = db.session.execute(select(func.min(Deadline.done_at), func.max(Deadline.done_at))).one()
    assert done[1] - done[0] < timedelta(seconds=30)
    assert db.session.scalar(select(func.count()).where(Case.state != "open")) == 0, "nothing was decided by waiting"


def _open_deadlines() -> int:
    db.session.rollback()
    left = select(func.count()).where(Deadline.done_at.is_(None), Deadline.level <= 1)
    return db.session.scalar(left) or 0
