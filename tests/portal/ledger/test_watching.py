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
from portal.notifications.models import Letter
from portal.outbox.models import Fact
from tests import factories
from tests.portal.notifications import stories

pytestmark = pytest.mark.usefixtures("app")


def watch():
    return watching.watch(current_app.config["SETTINGS"], now())


def late_letter(seconds=61):
    stories.idea_sent()
    stories.relay()
    with transaction():
        db.session.execute(update(Letter).values(next_at=now() - timedelta(seconds=seconds)))


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


def test_the_alert_goes_past_what_is_stuck():
    admin = factories.member("admin")
    late_letter()
    watch()
    sink = stories.Sink()
    delivery.drain(delivery.URGENT, mailer=sink)
    (letter,) = sink.taken
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
