"""Whoever wrote an idea hears that it is published before they hear of its first step."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from portal.database import db, now, transaction
from portal.ideas.services import coauthors
from portal.notices.models import Notice
from portal.notifications import delivery
from portal.notifications.failures import Later
from portal.notifications.models import Letter
from tests import factories
from tests.portal.notifications import stories
from tests.portal.notifications.letters_about_news import letters, sent, shown_now, text

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.one_engine_each]


def published_and_stepped(author, beside=None):
    """Published a moment ago, so that the letter about it is still held, and already a step further."""
    idea = stories.idea_sent(author)
    if beside is not None:
        with transaction():
            coauthors.invite(author, idea.id, f"@{beside.handle}", now())
            coauthors.accept(beside, idea.id, now())
    stories.decided("approve", idea)
    stories.relay()
    stories.stepped(idea=idea)
    stories.relay()
    return idea


def when(model, *which):
    moment = model.next_at if model is Letter else model.due_at
    return db.session.scalars(select(moment).where(*which)).one()


def test_the_letter_about_a_step_waits_for_the_one_that_says_published():
    author = factories.member()
    published_and_stepped(author)
    first, second = (when(Letter, Letter.kind == kind) for kind in ("idea_published", "idea_step"))
    assert second - first == timedelta(seconds=1)
    approved, stepped = (when(Notice, Notice.kind == kind) for kind in ("approve", "status"))
    assert stepped - approved == timedelta(seconds=1)


def test_a_step_of_what_was_published_long_ago_waits_for_nothing():
    idea = stories.stepped(idea=factories.published_idea())
    stories.relay()
    assert when(Letter, Letter.kind == "idea_step") <= now()
    assert when(Notice, Notice.kind == "status", Notice.member_id == idea.author_id) <= now()


def test_while_a_server_puts_the_first_off_the_second_waits_and_comes_after_it():
    published_and_stepped(factories.member())
    stories.due_now()
    with transaction():
        held = update(Letter).where(Letter.kind == "idea_received").values(state="cancelled")
        db.session.execute(held)
    sink = stories.Sink(Later("busy", 451))
    delivery.drain(mailer=sink)
    delivery.circuit.forget()
    assert sink.taken == []
    (step,), (published,) = letters("idea_step"), letters("idea_published")
    assert (step.state, step.attempts) == ("pending", 0)
    assert published.state == "pending"
    assert step.next_at > now()
    for _ in range(2):
        stories.due_now()
        delivery.drain(mailer=sink)
    assert ["đã được đăng" in one or "đã duyệt ý tưởng" in one for one in map(text, sink.taken)] == [True, False]
    assert letters("idea_step")[0].state == "sent"


def test_whoever_stands_beside_the_author_hears_both_in_one_letter():
    beside = factories.member()
    published_and_stepped(factories.member(), beside)
    shown_now()
    stories.gathered("now")
    assert beside.id not in {letter.recipient_id for letter in letters("own_news")}
    assert beside.id in {letter.recipient_id for letter in letters("idea_step")}


def test_whoever_wants_a_daily_letter_finds_both_in_it():
    beside = stories.wants(factories.member(), my_ideas="daily")
    published_and_stepped(stories.wants(factories.member(), my_ideas="daily"), beside)
    stories.due_now()
    shown_now()
    sent()
    stories.gathered()
    told = [words for words in sent() if "Bước mới" in words]
    assert len(told) == 2
    assert all("đã được đăng" in words for words in told)
