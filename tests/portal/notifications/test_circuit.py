"""A mail service that does not talk is left alone; its letters wait, and others go out."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.database import db, now
from portal.notifications import circuit, delivery
from portal.notifications.failures import Later
from portal.notifications.models import Letter
from portal.notifications.services import judging
from tests import factories
from tests.portal.notifications import stories

pytestmark = pytest.mark.usefixtures("app")


def ideas_sent_by(*addresses):
    for address in addresses:
        stories.idea_sent(factories.member(email=address))
    stories.relay()


def test_after_five_troubles_a_domain_rests_and_its_letters_are_unharmed():
    ideas_sent_by(*(f"ban{n}@cham.example" for n in range(7)), "ban@nhanh.example")
    sink = stories.Sink(*[Later("not now", 421)] * circuit.TROUBLES)
    delivery.drain(mailer=sink)
    assert [message["To"] for message in sink.taken] == ["ban@nhanh.example"]
    rest = db.session.scalars(select(Letter).where(Letter.state == "pending", Letter.attempts == 0)).all()
    assert len(rest) == 2
    assert all(letter.next_at > now() for letter in rest)


@pytest.mark.parametrize("code", [450, 451, 452])
def test_what_is_about_one_mailbox_says_nothing_of_its_neighbours(code):
    breaker = circuit.Circuit()
    for _ in range(9):
        breaker.failed("cham.example", code)
    assert breaker.rest("cham.example") == 0


def test_after_its_rest_one_letter_tries_and_decides_for_the_others(monkeypatch):
    breaker, clock = circuit.Circuit(), [0.0]
    monkeypatch.setattr(circuit.time, "monotonic", lambda: clock[0])
    for _ in range(circuit.TROUBLES):
        breaker.failed("cham.example", None)
    assert breaker.rest("cham.example") == circuit.REST
    clock[0] += circuit.REST
    assert breaker.rest("cham.example") == 0
    breaker.failed("cham.example", 421)
    assert breaker.rest("cham.example") == circuit.REST
    breaker.worked("cham.example")
    assert breaker.rest("cham.example") == 0


def test_the_delays_between_tries_grow_to_a_quarter_of_an_hour():
    waits = []
    for attempts in range(12):
        letter = Letter(attempts=attempts, repeat_risk=0, delivery="at_least_once", created_at=now())
        moment = now()
        waits.append((judging.after(letter, Later("later", 451), moment)["next_at"] - moment).total_seconds())
    assert waits == [*judging.DELAYS, 900, 900]
