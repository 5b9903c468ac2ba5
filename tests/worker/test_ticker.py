"""The ticker works by effect: it does what has waited too long, and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from portal.database import db, now, transaction
from portal.moderation.models import Case
from portal.notifications import delivery
from portal.notifications.models import Letter
from portal.outbox.models import Fact
from tests.portal.notifications import stories
from worker.ticker import Ticker

pytestmark = pytest.mark.usefixtures("app")


def wait_long(table):
    with transaction():
        db.session.execute(update(table).values(next_at=now() - timedelta(seconds=4)))


def states(table):
    return db.session.scalars(select(table.state).order_by(table.id)).all()


def test_what_celery_does_in_time_is_left_to_it():
    stories.code_requested()
    Ticker().look()
    assert states(Fact) == ["open"]


def test_a_fact_that_waits_too_long_is_relayed_and_its_letter_sent():
    ticker = Ticker()
    stories.code_requested()
    wait_long(Fact)
    ticker.look()
    assert (states(Fact), states(Letter)) == (["relayed"], ["pending"])
    wait_long(Letter)
    ticker.look()
    assert states(Letter) == ["sent"]


def test_codes_go_before_what_has_piled_up(monkeypatch):
    sink = stories.Sink()
    monkeypatch.setattr(delivery, "mailer_for", lambda _settings: sink)
    for _ in range(delivery.BATCH):
        stories.idea_sent()
    stories.code_requested()
    stories.relay()
    wait_long(Letter)
    Ticker().look()
    assert len(sink.taken) == delivery.BATCH + 1
    assert sink.taken[0]["To"] == "khach@example.vn"


def test_a_case_seen_untriaged_twice_is_triaged():
    ticker = Ticker()
    stories.idea_sent()
    stories.relay()
    ticker.look()
    assert db.session.scalar(select(Case.triaged_at)) is None
    ticker.look()
    assert db.session.scalar(select(Case.triaged_at)) is not None
