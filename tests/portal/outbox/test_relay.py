"""A fact and its effects are there together or not at all."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import count

import pytest
from sqlalchemy import select, update

from portal.accounts.models import RateHit
from portal.database import db, now, transaction
from portal.outbox import queries
from portal.outbox import services as outbox
from portal.outbox.events import Event
from portal.outbox.models import Fact

pytestmark = pytest.mark.usefixtures("app")


@dataclass(frozen=True)
class BellRang(Event):
    times: int


def ring(times=1):
    with transaction():
        outbox.record(BellRang(times))


def facts():
    return db.session.scalars(select(Fact).order_by(Fact.id).execution_options(populate_existing=True)).all()


def note(event):
    db.session.add(RateHit(key=f"bell:{event.times}", at=now()))
    db.session.flush()


def notes():
    return db.session.scalars(select(RateHit.key).where(RateHit.key.startswith("bell:"))).all()


def test_a_fact_is_relayed_once_with_its_effects():
    ring(3)
    assert outbox.relay({BellRang: [note]}) == [BellRang(3)]
    assert outbox.relay({BellRang: [note]}) == []
    assert notes() == ["bell:3"]


def test_a_fact_dies_with_its_cause():
    with pytest.raises(ZeroDivisionError), transaction():
        outbox.record(BellRang(1 // 0))
    assert facts() == []


def test_a_fact_nobody_reacts_to_is_relayed_all_the_same():
    ring()
    assert outbox.relay({}) == [BellRang(1)]
    assert facts()[0].state == "relayed"


def test_a_reaction_that_fails_leaves_none_of_its_effects():
    def fail(event):
        note(event)
        raise RuntimeError("poison")

    ring()
    assert outbox.relay({BellRang: [note, fail]}) == []
    assert notes() == []
    assert (facts()[0].state, facts()[0].attempts, facts()[0].last_error) == ("open", 1, "RuntimeError('poison')")


def test_a_poison_fact_stops_none_of_its_neighbours_and_dies_after_eight_tries():
    def fail(event):
        if event.times == 1:
            raise RuntimeError("poison")
        note(event)

    ring(1)
    ring(2)
    for _ in range(outbox.MAX_ATTEMPTS):
        outbox.relay({BellRang: [fail]})
        with transaction():
            db.session.execute(update(Fact).where(Fact.state == "open").values(next_at=now()))
    assert [fact.state for fact in facts()] == ["dead", "relayed"]
    assert notes() == ["bell:2"]


def test_a_fact_of_a_newer_version_waits_and_is_not_lost():
    ring()
    with transaction():
        db.session.execute(update(Fact).values(name="NotYetInvented"))
    assert outbox.relay({}) == []
    assert facts()[0].state == "open"


def test_a_relay_ends_in_time_on_a_busy_machine_and_the_next_goes_on(monkeypatch):
    """A task that takes too long is broken off in the middle of a statement, and its connection with it."""
    clock = count(step=outbox.BUDGET / 2)
    monkeypatch.setattr(outbox.time, "monotonic", lambda: next(clock))
    for n in range(5):
        ring(n)
    first = outbox.relay({BellRang: [note]})
    assert 0 < len(first) < 5
    while outbox.relay({BellRang: [note]}):
        pass
    assert len(notes()) == 5


def test_facts_are_relayed_in_the_order_they_happened():
    for times in (1, 2, 3):
        ring(times)
    assert outbox.relay({BellRang: [note]}, limit=2) == [BellRang(1), BellRang(2)]
    assert outbox.relay({BellRang: [note]}) == [BellRang(3)]


def test_how_long_facts_have_waited_is_known():
    moment = now()
    assert queries.oldest_due(moment) is None
    ring()
    assert queries.oldest_due(now()) >= moment - timedelta(seconds=1)


def test_relayed_facts_are_forgotten_after_a_month_and_dead_ones_are_kept():
    for state in ("relayed", "dead", "open"):
        ring()
        with transaction():
            db.session.execute(
                update(Fact).where(Fact.state == "open").values(state=state, relayed_at=now() - timedelta(days=31))
            )
    with transaction():
        outbox.sweep(now())
    assert [fact.state for fact in facts()] == ["dead", "open"]
