"""Devices and the worker that tells them: one at a time, one message for one thing, no old news, no device left behind."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from portal.accounts.models import SignInSession
from portal.database import db, now, transaction
from portal.notices import push, pushing
from portal.notices.models import Notice
from portal.notifications import devices, gathering
from portal.notifications.models import LetterRound
from tests import factories
from tests.portal.notices.push_service import Browser
from tests.portal.notices.test_push import me, news, service, settings, turn_on
from tests.portal.notifications.sending import change

pytestmark = [pytest.mark.enable_socket, pytest.mark.one_engine_each]
__all__ = ["me", "service", "settings"]


@pytest.fixture
def phone(client, me, service):
    return turn_on(client, Browser(service, "phone"))


def test_all_that_is_new_of_one_idea_is_one_message(me, phone, settings):
    idea, other = factories.published_idea(me), factories.published_idea(me)
    for words in ("Một", "Hai", "Ba"):
        news(idea, f"{words} điều muốn hỏi bạn.")
    news(other)
    assert devices.drain(settings) == 2
    assert [shown["tag"] for shown in phone.shown] == [f"idea:{idea.id}", f"idea:{other.id}"]
    assert pushing.oldest_due(now()) is None


def test_what_is_older_than_a_day_is_left_to_the_bell(client, me, phone, settings):
    news(factories.published_idea(me))
    change(Notice, push_at=now() - timedelta(hours=25))
    assert devices.drain(settings) == 0
    assert phone.shown == []
    assert "góp ý" in client.get("/toi/thong-bao").text
    with transaction():
        pushing.sweep(now())
    assert db.session.scalars(select(Notice.push_at).where(Notice.push_at.is_not(None))).all() == []


def test_a_session_that_nobody_used_for_long_is_told_nothing(me, phone, settings):
    news(factories.published_idea(me))
    change(SignInSession, last_seen_at=now() - timedelta(seconds=settings.session_idle + 60))
    assert devices.drain(settings) == 0
    assert phone.shown == []


def test_while_somebody_is_at_it_nobody_else_is_and_a_lost_turn_lapses(me, phone, settings):
    news(factories.published_idea(me))
    with transaction():
        db.session.add(LetterRound(name=devices.TURN, next_at=now() + devices.LONGEST, after=0))
    assert devices.drain(settings) == 0
    change(LetterRound, next_at=now())
    assert devices.drain(settings) == 1
    assert gathering.oldest_due(now()) is None, "whose turn it is, is no round that is late"
    news(factories.published_idea(me))
    assert devices.drain(settings) == 1


def test_while_a_service_is_waited_for_no_transaction_is_open_and_one_connection_serves_all(
    me, phone, settings, monkeypatch
):
    sessions, send = [], push.send

    def looking(device, words, chosen, session):
        assert device.endpoint
        assert not db.session().in_transaction()
        sessions.append(session)
        return send(device, words, chosen, session)

    monkeypatch.setattr(push, "send", looking)
    for _ in range(2):
        news(factories.published_idea(me))
    assert devices.drain(settings) == 2
    assert len(set(map(id, sessions))) == 1
