"""A step of an idea: its followers hear of it, each once, and its author."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.database import db, now, transaction
from portal.discussion import services as discussion
from portal.notices.models import Notice
from portal.notices.services import telling
from portal.notifications import delivery
from tests import factories
from tests.portal.notifications import stories
from tests.portal.notifications.letters_about_news import letters, sent

pytestmark = pytest.mark.usefixtures("app")


def followed(number):
    idea = factories.published_idea()
    followers = [factories.member() for _ in range(number)]
    with transaction():
        for one in followers:
            discussion.follow(one, idea.id, now())
    return idea, followers


def test_followers_are_told_in_pages_each_once_and_the_author_besides(monkeypatch):
    monkeypatch.setattr(telling, "PAGE", 2)
    idea, followers = followed(5)
    stories.stepped(idea=idea)
    stories.relay()
    told = db.session.scalars(select(Notice.member_id).where(Notice.kind == "followed")).all()
    assert sorted(told) == sorted(one.id for one in followers)
    assert db.session.scalars(select(Notice.member_id).where(Notice.kind == "status")).all() == [idea.author_id]
    assert [letter.recipient_id for letter in letters("idea_step")] == [idea.author_id]


def test_several_steps_in_a_day_are_told_as_the_last():
    idea, _followers = followed(1)
    for step in ("shortlisted", "adopted"):
        stories.stepped(step, idea)
    stories.relay()
    stories.gathered()
    (words,) = sent()
    assert words.count("Bước mới") == 1
    assert "Được chọn thử nghiệm" in words


def test_a_step_that_is_no_longer_true_is_not_mailed():
    idea = stories.stepped("shortlisted")
    stories.relay()
    stories.stepped("hidden", idea)
    delivery.drain(mailer=stories.Sink())
    assert letters("idea_step")[0].state == "cancelled"
