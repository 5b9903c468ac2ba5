"""The tasks, called as functions: from a fact to its work, and what a failure leaves behind."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from portal.accounts.models import SignInAttempt
from portal.database import db, now, transaction
from portal.moderation import services as moderation
from portal.moderation.models import Case
from portal.notifications.models import Letter
from portal.outbox.models import Fact
from tests.portal.notifications import stories
from worker import reactions
from worker.tasks.mail import drain_mail, send_urgent
from worker.tasks.maintenance import sweep
from worker.tasks.moderation import publish_week, triage_waiting
from worker.tasks.outbox import pulse

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(autouse=True)
def asked(monkeypatch):
    sent = []
    monkeypatch.setattr(reactions.app, "send_task", lambda name, **_options: sent.append(name))
    return sent


def letters():
    rows = select(Letter.kind, Letter.state).order_by(Letter.id)
    return [tuple(row) for row in db.session.execute(rows)]


def test_a_pulse_makes_rows_of_facts_and_asks_for_the_work(asked):
    stories.code_requested()
    pulse()
    assert letters() == [("sign_in_code", "pending")]
    assert asked == ["worker.tasks.mail.send_urgent"]


def test_an_idea_gets_a_case_a_letter_and_its_triage():
    stories.idea_sent()
    pulse()
    triage_waiting()
    drain_mail()
    assert letters() == [("idea_received", "sent")]
    assert db.session.scalar(select(Case.triaged_at)) is not None


def test_urgent_letters_have_a_task_of_their_own():
    stories.idea_sent()
    stories.code_requested()
    pulse()
    send_urgent()
    assert letters() == [("idea_received", "pending"), ("sign_in_code", "sent")]


def test_a_case_that_breaks_a_rule_keeps_no_other_waiting(monkeypatch):
    for _ in range(2):
        stories.idea_sent()
    pulse()
    first = moderation.untriaged(1)[0]
    real = moderation.triage

    def triage(case_id, *rest):
        if case_id == first:
            raise RuntimeError("poison")
        real(case_id, *rest)

    monkeypatch.setattr(moderation, "triage", triage)
    triage_waiting()
    assert list(moderation.untriaged(9)) == [first]


def test_the_sweep_forgets_what_is_over():
    stories.code_requested()
    pulse()
    with transaction():
        db.session.execute(update(SignInAttempt).values(expires_at=now() - timedelta(days=9)))
        db.session.execute(update(Fact).values(relayed_at=now() - timedelta(days=40)))
    sweep()
    assert [db.session.scalar(select(func.count()).select_from(table)) for table in (SignInAttempt, Fact)] == [0, 0]


def test_a_week_that_is_published_takes_no_lock(monkeypatch):
    publish_week()
    monkeypatch.setattr("worker.tasks.moderation.transaction", None)
    publish_week()
