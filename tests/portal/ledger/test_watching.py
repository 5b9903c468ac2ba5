"""Whoever looks after the bank is told when the post falls behind, once an hour and not of a pause they made."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask import current_app
from sqlalchemy import func, select, update

from portal.accounts.models import Member
from portal.database import db, now, transaction
from portal.ledger import services, watching
from portal.notices.models import Notice
from portal.notifications import delivery
from portal.notifications.failures import ServerAway
from portal.notifications.models import BULK, USUAL, Letter
from portal.outbox.models import Fact
from tests import factories
from tests.portal.notifications import stories
from tests.portal.notifications.sending import change, send

pytestmark = pytest.mark.usefixtures("app")


def watch(at=None):
    return watching.watch(current_app.config["SETTINGS"], at or now())


def late_letter(seconds=61, priority=USUAL):
    stories.idea_sent()
    stories.relay()
    with transaction():
        waiting = update(Letter).where(Letter.state == "pending", Letter.kind != "post_alert")
        db.session.execute(waiting.values(next_at=now() - timedelta(seconds=seconds), priority=priority))


def sent_urgently():
    delivery.drain(delivery.URGENT, mailer=(sink := stories.Sink()))
    return sink.taken


def alerts():
    return db.session.scalar(select(func.count()).where(Letter.kind == "post_alert"))


def test_a_post_that_keeps_up_is_no_news():
    factories.member("admin")
    late_letter(seconds=50)
    assert not watch()
    assert alerts() == 0


def test_a_late_letter_is_told_to_administrators_by_letter_and_bell_once_an_hour():
    admins = {factories.member("admin").id for _ in range(2)}
    factories.member("moderator")
    late_letter()
    assert watch()
    watch()
    told = select(Letter.recipient_id).where(Letter.kind == "post_alert")
    assert set(db.session.scalars(told)) == admins
    assert alerts() == 2
    assert set(db.session.scalars(select(Notice.member_id))) == admins


def test_an_hour_is_counted_from_the_last_alert_and_none_is_written_while_one_waits():
    factories.member("admin")
    late_letter()
    begun = now().replace(minute=59, second=50)
    watch(begun)
    watch(begun + timedelta(seconds=20))
    watch(begun + timedelta(hours=9))
    assert alerts() == 1
    change(Letter, state="sent", created_at=begun)
    late_letter()
    watch(begun + timedelta(minutes=59))
    assert alerts() == 1
    watch(begun + timedelta(minutes=61))
    assert alerts() == 2
    assert set(db.session.scalars(select(Notice.thread))) == {"post_alert"}


def test_an_alert_that_comes_too_late_to_be_true_is_not_sent():
    factories.member("admin")
    late_letter()
    watch()
    db.session.execute(update(Letter).where(Letter.kind != "post_alert").values(state="sent"))
    db.session.commit()
    assert send().taken == []
    assert stories.letter("post_alert").state == "cancelled"


def test_letters_that_are_some_of_many_may_wait_an_hour():
    factories.member("admin")
    late_letter(seconds=3500, priority=BULK)
    assert not watch()
    late_letter(seconds=3700, priority=BULK)
    assert watch()


def test_while_the_mail_server_is_away_all_letters_count_and_the_alert_says_what_it_said():
    factories.member("admin")
    late_letter(seconds=61, priority=BULK)
    assert not watch()
    send(ServerAway("authentication failed", 535))
    assert watch()
    delivery.pause.end()
    late_letter()
    (letter,) = sent_urgently()
    assert "535 authentication failed" in letter.get_body(("plain",)).get_content()


def test_the_log_says_it_once_a_minute(caplog):
    watching._said.clear()
    late_letter()
    for _ in range(3):
        assert watch()
    assert [record.levelname for record in caplog.records if record.name == watching.__name__] == ["ERROR"]


def test_the_alert_goes_past_what_is_stuck():
    admin = factories.member("admin")
    late_letter()
    watch()
    (letter,) = sent_urgently()
    assert letter["To"] == admin.email
    assert "đang chậm 6" in letter["Subject"]


def test_many_dead_letters_within_an_hour_are_told():
    admin = factories.member("admin")
    for _ in range(21):
        stories.idea_sent()
    stories.relay()
    with transaction():
        db.session.execute(update(Letter).values(state="dead"))
    assert watch()
    stories_letter = stories.letter("post_alert")
    assert stories_letter.recipient_id == admin.id
    assert stories_letter.payload["dead"] == 21


def test_a_pause_is_not_an_alarm():
    admin = factories.member("admin")
    late_letter()
    with transaction():
        services.pause(admin, now())
    assert not watch()


def test_a_suspended_administrator_is_not_told():
    admin = factories.member("admin")
    with transaction():
        db.session.execute(update(Member).where(Member.id == admin.id).values(status="suspended"))
    late_letter()
    watch()
    assert alerts() == 0


@pytest.mark.parametrize("fact", [{"next_at": -61}, {"state": "dead", "next_at": 200}], ids=["late", "given up"])
def test_what_becomes_no_letter_is_told_too_even_while_the_post_is_stopped(fact):
    admin = factories.member("admin")
    stories.idea_sent()
    values = {**fact, "next_at": now() + timedelta(seconds=fact["next_at"])}
    with transaction():
        services.pause(admin, now())
        db.session.execute(update(Fact).values(values))
    assert watch()
    assert stories.letter("post_alert").payload["facts"] == ("state" in fact)
