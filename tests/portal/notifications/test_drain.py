"""From a fact to a letter that was sent, put off, given up or not wanted any more."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import current_app
from sqlalchemy.exc import OperationalError

from portal.database import db, now, transaction
from portal.notifications import delivery, services
from portal.notifications.failures import Later, Refused, ServerAway, Unanswered
from portal.notifications.models import Letter
from tests.portal.notifications import stories
from tests.portal.notifications.sending import change, send

pytestmark = pytest.mark.usefixtures("app")


# --- sent ---------------------------------------------------------------------------------------


def test_a_code_goes_to_the_address_that_asked():
    stories.code_requested("Khach@Example.vn")
    stories.relay()
    assert send().taken[0]["To"] == "khach@example.vn"
    assert stories.letter("sign_in_code").state == "sent"


def test_a_decision_is_mailed_when_it_can_no_longer_be_undone():
    stories.decided()
    stories.relay()
    assert "Ý tưởng của bạn đã được đăng" not in send().subjects
    stories.due_now()
    assert send().subjects == ["Ý tưởng của bạn đã được đăng"]


def test_what_was_sent_is_not_sent_again():
    stories.code_requested()
    stories.relay()
    send()
    assert send().taken == []


def test_no_transaction_is_open_while_the_server_is_waited_for():
    open_at = []

    def look():
        open_at.append(db.session().in_transaction())

    stories.code_requested()
    stories.relay()
    send(at_offer=look, at_hand_over=look)
    assert open_at == [False, False]


@pytest.mark.parametrize(("delivery", "known"), [("at_most_once", "sending"), ("at_least_once", "claimed")])
def test_what_must_not_come_twice_is_known_to_be_leaving_before_it_leaves(delivery, known):
    seen = []
    stories.code_requested()
    stories.relay()
    change(Letter, delivery=delivery)
    send(
        at_offer=lambda: seen.append(stories.letter("sign_in_code").state),
        at_hand_over=lambda: seen.append(stories.letter("sign_in_code").state),
    )
    assert seen == ["claimed", known]


def test_a_letter_that_somebody_else_has_taken_meanwhile_is_not_sent_by_us(monkeypatch):
    impatient = replace(current_app.config["SETTINGS"], outbox_lease=0)
    monkeypatch.setitem(current_app.config, "SETTINGS", impatient)
    stories.code_requested()
    stories.relay()
    assert send(at_offer=lambda: change(Letter, owner="somebody else")).taken == []
    assert stories.letter("sign_in_code").state == "claimed"


@pytest.mark.parametrize(("left", "known"), [(timedelta(seconds=55), "claimed"), (timedelta(seconds=35), "sending")])
def test_a_lease_that_a_slow_server_may_outlast_is_renewed_before_a_letter_leaves(left, known, monkeypatch):
    seen, real = [], services.claim

    def claim(owner, batch, _lease, *rest):
        return real(owner, batch, left.total_seconds(), *rest)

    monkeypatch.setattr(services, "claim", claim)
    stories.code_requested()
    stories.relay()
    send(at_hand_over=lambda: seen.append(stories.letter("sign_in_code").state))
    assert seen == [known]


def test_urgent_letters_can_be_sent_past_the_others():
    stories.idea_sent()
    stories.code_requested()
    stories.relay()
    sink = stories.Sink()
    delivery.drain(delivery.URGENT, mailer=sink)
    assert len(sink.taken) == 1
    assert stories.letter("idea_received").state == "pending"


# --- it goes wrong ------------------------------------------------------------------------------


def test_a_letter_put_off_by_the_server_waits():
    stories.code_requested()
    stories.relay()
    send(Later("greylisted", 451))
    letter = stories.letter("sign_in_code")
    assert (letter.state, letter.attempts, letter.last_code, letter.last_text) == ("pending", 1, 451, "greylisted")
    assert letter.next_at <= now() + timedelta(seconds=2)


def test_a_refused_letter_is_dead_with_the_servers_words_and_the_next_one_goes_out():
    stories.code_requested("khong@example.vn")
    stories.code_requested("co@example.vn")
    stories.relay()
    sink = send(Refused("no such user", 550))
    assert [message["To"] for message in sink.taken] == ["co@example.vn"]


def test_a_letter_of_unknown_fate_is_sent_again_with_the_same_message_id():
    lost = []

    def lose():
        if not lost:
            lost.append(True)
            raise Unanswered("connection lost")

    stories.code_requested()
    stories.relay()
    send(at_hand_over=lose)
    letter = stories.letter("sign_in_code")
    assert (letter.state, letter.repeat_risk) == ("pending", 1)
    stories.due_now()
    assert send().taken[0]["Message-ID"] == letter.message_id


def test_a_letter_that_the_server_cuts_off_each_time_ends_as_uncertain():
    stories.code_requested()
    stories.relay()
    for _ in range(services.MAX_ATTEMPTS + 1):
        send(at_hand_over=cut)
        stories.due_now()
    letter = stories.letter("sign_in_code")
    assert (letter.state, letter.attempts, letter.repeat_risk) == ("uncertain", 8, 8)
    assert send().taken == []


def cut():
    raise Unanswered("connection lost")


def test_a_failure_that_cannot_be_noted_is_said_loudly(caplog):
    stories.code_requested()
    stories.relay()
    send(Refused("no", 550), at_offer=lambda: change(Letter, owner="somebody else"))
    assert "its failure was not noted" in caplog.text


def test_a_letter_that_kills_its_process_each_time_is_given_up():
    """Nobody is there to count: the claim that lapses is."""
    stories.code_requested()
    stories.relay()
    for _ in range(services.MAX_ATTEMPTS):
        with transaction():
            assert len(services.claim("a worker that dies", 20, -1, now())) == 1
        with transaction():
            services.take_back(now())
        stories.due_now()
    letter = stories.letter("sign_in_code")
    assert (letter.state, letter.attempts) == ("dead", 8)


def test_while_the_server_is_away_no_letter_is_harmed():
    stories.code_requested("mot@example.vn")
    stories.code_requested("hai@example.vn")
    stories.relay()
    assert send(ServerAway("connection refused")).taken == []
    assert send().taken == []  # we wait before asking again
    delivery.pause.end()
    assert len(send().taken) == 2


def test_a_letter_that_cannot_be_written_stops_none_of_its_neighbours(monkeypatch):
    real = delivery.rendering.render

    def render(letter, content, *rest):
        if content.address == "doc@example.vn":
            raise RuntimeError("poison")
        return real(letter, content, *rest)

    monkeypatch.setattr(delivery.rendering, "render", render)
    stories.code_requested("doc@example.vn")
    stories.code_requested("lanh@example.vn")
    stories.relay()
    for _ in range(services.MAX_ATTEMPTS):
        assert len(send().taken) <= 1
        stories.due_now()
    assert {row.state: row.attempts for row in db.session.query(Letter)} == {"dead": 8, "sent": 1}


def test_an_answer_is_kept_in_memory_until_the_database_takes_it(monkeypatch):
    real, away = services.mark_sent, [True, True]

    def mark_sent(*args):
        if away:
            away.pop()
            raise OperationalError("UPDATE", {}, Exception("server closed the connection"))
        return real(*args)

    monkeypatch.setattr(services, "mark_sent", mark_sent)
    monkeypatch.setattr(delivery.time, "sleep", lambda _seconds: None)
    stories.code_requested()
    stories.relay()
    send()
    assert stories.letter("sign_in_code").state == "sent"


@pytest.mark.parametrize("over", [{"budget": -1}, {"is_ending": lambda: True}], ids=["time is up", "asked to end"])
def test_a_drain_that_is_over_puts_back_what_it_did_not_send(over):
    stories.code_requested()
    stories.relay()
    delivery.drain(mailer=stories.Sink(), **over)
    letter = stories.letter("sign_in_code")
    assert (letter.state, letter.owner, letter.attempts) == ("pending", None, 0)
