"""The way of a letter: its states, who may move it, and what a failure makes of it."""

from __future__ import annotations

import secrets
from datetime import timedelta

import pytest
from flask import current_app
from sqlalchemy import update

from portal.accounts.events import CodeRequested
from portal.accounts.models import SignInAttempt
from portal.database import db, now, transaction
from portal.ideas import services as ideas
from portal.notifications import queries, services, telling
from portal.notifications.failures import Broken, Later, Refused, Unanswered
from portal.notifications.models import STEPS, Letter
from tests import factories
from tests.portal.notifications import stories

pytestmark = pytest.mark.usefixtures("app")
LEASE = 60


def letter(state="pending", owner=None, **values):
    moment = now()
    with transaction():
        row = Letter(
            kind="welcome",
            dedup_key=secrets.token_hex(8),
            payload={},
            message_id=services.new_message_id("nay@example.vn"),
            state=state,
            owner=owner,
            **{
                "next_at": moment,
                "created_at": moment,
                "delivery": "at_least_once",
                "attempts": 0,
                "repeat_risk": 0,
                **values,
            },
        )
        db.session.add(row)
    return row


def claimed(owner="me", lease=LEASE):
    with transaction():
        return services.claim(owner, 20, lease, now())


def now_is(row):
    return db.session.get_one(Letter, row.id, populate_existing=True)


# --- claiming -----------------------------------------------------------------------------------


def test_due_letters_are_claimed_oldest_first():
    moment = now()
    late = letter(next_at=moment - timedelta(seconds=1))
    later = letter(next_at=moment - timedelta(seconds=9))
    letter(next_at=moment + timedelta(seconds=60))
    assert [row.id for row in claimed()] == [later.id, late.id]


def test_a_claimed_letter_is_claimed_by_nobody_else():
    letter()
    assert len(claimed("me")) == 1
    assert claimed("you") == []


@pytest.mark.parametrize(("delivery", "risk"), [("at_least_once", 1), ("at_most_once", 0)])
def test_a_claim_that_lapses_counts_as_a_try_and_perhaps_as_a_copy(delivery, risk):
    row = letter(delivery=delivery)
    claimed(lease=-1)
    with transaction():
        services.take_back(now())
    assert (now_is(row).state, now_is(row).attempts, now_is(row).repeat_risk) == ("pending", 1, risk)


@pytest.mark.parametrize(("delivery", "state"), [("at_least_once", "pending"), ("at_most_once", "uncertain")])
def test_a_letter_whose_sender_was_lost_is_sent_again_only_if_it_may_be_repeated(delivery, state):
    row = letter(delivery=delivery)
    claimed()
    with transaction():
        assert services.mark_sending(row, "me", -1, now())
        services.take_back(now())
    assert (now_is(row).state, now_is(row).attempts, now_is(row).repeat_risk) == (state, 1, 1)


def test_how_long_letters_have_waited_is_known():
    moment = now()
    assert queries.oldest_due(moment) is None
    letter(next_at=moment - timedelta(seconds=9))
    assert queries.oldest_due(moment) == moment - timedelta(seconds=9)


# --- moving -------------------------------------------------------------------------------------

MOVES = {
    "claimed": lambda row: bool(claimed()) and row,
    "sending": lambda row: services.mark_sending(row, "me", LEASE, now()),
    "sent": lambda row: services.mark_sent(row, "me", (250, b"ok"), now()),
    "dead": lambda row: services.mark_failed(row, "me", Refused("no", 550), now()),
    "uncertain": lambda row: services.mark_failed(row, "me", Unanswered("lost"), now()),
    "cancelled": lambda row: services.cancel(row, "me", "why"),
}


@pytest.mark.parametrize("old", STEPS)
@pytest.mark.parametrize("new", MOVES)
def test_a_letter_takes_only_the_steps_of_the_table(old, new):
    row = letter(old, owner="me", delivery="at_most_once")
    if new == "claimed":
        claimed()
    else:
        with transaction():
            MOVES[new](row)
    assert now_is(row).state == (new if new in STEPS[old] else old)


@pytest.mark.parametrize("move", ["sending", "dead", "cancelled"])
def test_a_worker_that_is_late_moves_nothing(move):
    row = letter("claimed", owner="you")
    with transaction():
        assert not MOVES[move](row)
    assert now_is(row).state == "claimed"


@pytest.mark.parametrize(
    ("state", "owner", "becomes"),
    [("pending", None, "sent"), ("claimed", "you", "sent"), ("sending", "you", "sending"), ("sending", "me", "sent")],
)
def test_a_servers_yes_counts_even_when_it_is_written_late(state, owner, becomes):
    row = letter(state, owner=owner)
    with transaction():
        services.mark_sent(row, "me", (250, b"ok"), now())
    assert now_is(row).state == becomes


# --- failing ------------------------------------------------------------------------------------

OLD = timedelta(days=3, seconds=1)


@pytest.mark.parametrize(
    ("failure", "attempts", "age", "delivery", "state"),
    [
        (Refused("no", 550), 0, timedelta(), "at_least_once", "dead"),
        (Later("not now", 451), 0, timedelta(), "at_least_once", "pending"),
        (Later("not now", 451), 99, timedelta(days=2), "at_least_once", "pending"),
        (Later("not now", 451), 0, OLD, "at_least_once", "dead"),
        (Broken("template"), 6, OLD, "at_least_once", "pending"),
        (Broken("template"), 7, timedelta(), "at_least_once", "dead"),
        (Unanswered("lost"), 6, timedelta(), "at_least_once", "pending"),
        (Unanswered("lost"), 7, timedelta(), "at_least_once", "uncertain"),
        (Unanswered("lost"), 0, timedelta(), "at_most_once", "uncertain"),
    ],
)
def test_what_a_failure_makes_of_a_letter(failure, attempts, age, delivery, state):
    row = letter("sending", owner="me", attempts=attempts, put_off_at=now() - age, delivery=delivery)
    assert services.verdict(row, failure, now()) == state


def test_patience_with_a_server_begins_when_it_first_says_later():
    row = letter("claimed", owner="me", created_at=now() - OLD)
    for state in ("pending", "dead"):
        with transaction():
            services.mark_failed(now_is(row), "me", Later("not now", 451), now())
        assert now_is(row).state == state
        with transaction():
            db.session.execute(
                update(Letter).values(state="claimed", owner="me", put_off_at=now_is(row).put_off_at - OLD)
            )


def test_the_wait_between_tries_grows_to_a_quarter_of_an_hour():
    for attempts, longest in [(0, 2), (3, 16), (50, 900)]:
        row = letter("claimed", owner="me", attempts=attempts)
        with transaction():
            services.mark_failed(row, "me", Later("not now", 451), now())
        assert timedelta(seconds=-1) < now_is(row).next_at - now() <= timedelta(seconds=longest)


# --- writing ------------------------------------------------------------------------------------


def test_a_fact_relayed_twice_makes_one_letter():
    attempt = stories.code_requested()
    for _ in range(2):
        with transaction():
            services.write_sign_in_code(CodeRequested(attempt.id), current_app.config["SETTINGS"])
    assert stories.letter("sign_in_code").payload == {"attempt_id": attempt.id}


def test_an_idea_polished_while_it_waits_is_acknowledged_once():
    author = factories.member()
    idea = stories.idea_sent(author)
    with transaction():
        ideas.revise(author, idea.id, idea.version, factories.content(), now())
    stories.relay()
    assert stories.letter("idea_received").recipient_id == author.id


def test_an_import_makes_no_letters():
    factories.idea()
    stories.relay()
    assert db.session.query(Letter).count() == 0


def test_a_letter_carries_the_senders_domain_in_its_id():
    assert services.new_message_id("Nảy <nay@thu.example.vn>").endswith("@thu.example.vn>")


# --- forgetting ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "days", "kept"), [("sent", 364, 1), ("sent", 366, 0), ("dead", 366, 0), ("pending", 366, 1)]
)
def test_letters_that_ended_a_year_ago_are_forgotten(state, days, kept):
    letter(state, created_at=now() - timedelta(days=days))
    with transaction():
        telling.sweep(now())
    assert db.session.query(Letter).count() == kept


def test_what_a_server_said_of_a_code_goes_with_its_attempt():
    for email in ("cu@example.vn", "moi@example.vn"):
        stories.code_requested(email)
    stories.relay()
    old, new = db.session.query(Letter).order_by(Letter.id)
    with transaction():
        db.session.execute(update(Letter).values(state="dead", last_text="550 <cu@example.vn> unknown"))
        attempt = SignInAttempt.id == old.payload["attempt_id"]
        db.session.execute(update(SignInAttempt).where(attempt).values(expires_at=now() - timedelta(days=1)))
    with transaction():
        telling.forget_codes(now())
    assert (now_is(old).last_text, now_is(new).last_text) == (None, "550 <cu@example.vn> unknown")
