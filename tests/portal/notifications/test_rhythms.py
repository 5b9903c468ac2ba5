"""At once, daily or never: each hears of a thing once, in the rhythm they chose, whenever they chose it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from flask import current_app

from portal.database import now, transaction
from portal.ideas.services import coauthors
from portal.notices import services as notices
from portal.notifications import gathering, hours
from portal.settings import ZONE
from tests import factories
from tests.portal.notifications import stories
from tests.portal.notifications.letters_about_news import letters, sent, shown_now

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.one_engine_each]


def test_who_wants_a_daily_letter_gets_no_letter_for_each_decision():
    author = stories.wants(factories.member(), my_ideas="daily")
    stories.decided("approve", stories.idea_sent(author, title="Bến đò có áo phao cho học sinh"))
    stories.relay()
    stories.due_now()
    shown_now()
    assert sent() == []
    stories.gathered()
    (words,) = sent()
    assert "Bến đò có áo phao cho học sinh" in words
    assert "đã được đăng" in words
    assert letters("idea_published")[0].state == "cancelled"


def test_what_had_a_letter_of_its_own_is_not_told_again_in_another_rhythm():
    author = factories.member()
    stories.decided("approve", stories.idea_sent(author))
    stories.relay()
    stories.due_now()
    sent()
    assert letters("idea_published")[0].state == "sent"
    shown_now()
    stories.wants(author, my_ideas="daily")
    stories.gathered()
    assert letters() == []


def test_whoever_wants_letters_again_hears_of_what_is_new_only():
    author = stories.wants(factories.member(), my_ideas="never")
    notices.tell(
        [author.id], "joined", "joined:1", idea_id=factories.published_idea(author, title="Một ý đã cũ của mình").id
    )
    stories.wants(author, my_ideas="daily")
    notices.tell(
        [author.id], "joined", "joined:2", idea_id=factories.published_idea(author, title="Một ý mới hơn của mình").id
    )
    stories.wants(author, my_ideas="now")
    stories.gathered("now")
    (words,) = sent()
    assert "Một ý mới hơn của mình" in words
    assert "Một ý đã cũ của mình" not in words


def test_a_decision_left_to_the_daily_letter_comes_at_once_to_who_changes_their_mind(author_in_daily_rhythm):
    stories.decided("approve", stories.idea_sent(author_in_daily_rhythm, title="Bến đò có áo phao cho học sinh"))
    stories.relay()
    stories.due_now()
    assert sent() == []
    shown_now()
    stories.wants(author_in_daily_rhythm, my_ideas="now")
    stories.gathered("now")
    (words,) = sent()
    assert "Bến đò có áo phao cho học sinh" in words


def test_those_beside_the_author_and_what_has_no_letter_of_its_own_are_told_at_once_by_default():
    author, beside = factories.member(), factories.member()
    idea = stories.idea_sent(author, title="Bến đò có áo phao cho học sinh")
    with transaction():
        coauthors.invite(author, idea.id, f"@{beside.handle}", now())
        coauthors.accept(beside, idea.id, now())
    stories.decided("approve", idea)
    stories.relay()
    stories.due_now()
    shown_now()
    stories.gathered("now")
    assert [letter.recipient_id for letter in letters("own_news")] == [author.id, beside.id]
    to_author, to_beside = sent()
    assert "đã nhận lời cùng đứng tên" in to_author
    assert "đã được đăng" not in to_author  # that has its own
    assert "đã được đăng" in to_beside


def test_whoever_is_called_by_name_is_mailed_as_they_chose_for_comments():
    called = factories.member()
    stories.commented(factories.published_idea(called), f"Nhờ @{called.handle} xem giúp.")
    stories.relay()
    stories.gathered()
    assert called.id in {letter.recipient_id for letter in letters()}
    assert any("nhắc đến bạn" in words for words in sent())


def test_who_wants_to_know_at_once_gets_a_letter_for_what_they_chose_only():
    author = stories.wants(factories.member(), comments="now")
    stories.commented(factories.published_idea(author), "Mình muốn biết thêm về cách làm.")
    stories.relay()
    stories.gathered("now")
    stories.gathered("daily")
    (words,) = sent()
    assert "cách làm" in words
    assert [letter.kind for letter in letters()] == []


def test_in_the_night_nobody_is_told_at_once():
    settings = replace(current_app.config["SETTINGS"], quiet_hours=(22, 7))
    midnight = datetime(2026, 5, 4, 17, tzinfo=UTC)  # 0:00 in Vietnam
    assert not gathering.is_due("now", settings, midnight)
    assert gathering.is_due("now", settings, midnight + timedelta(hours=8))


@pytest.mark.parametrize(("hour", "quiet"), [(21, False), (22, True), (3, True), (6, True), (7, False)])
def test_the_night_is_from_ten_to_seven(hour, quiet):
    moment = datetime(2026, 5, 4, hour, 30, tzinfo=ZONE)
    assert hours.is_quiet(moment, (22, 7)) is quiet


def test_the_daily_letter_comes_at_eight_in_the_morning():
    evening = datetime(2026, 5, 4, 20, tzinfo=ZONE)
    assert hours.next_digest(evening, 86_400) == datetime(2026, 5, 5, 8, tzinfo=ZONE)
    assert hours.next_digest(evening, 7 * 86_400) == datetime(2026, 5, 11, 8, tzinfo=ZONE)
    assert hours.next_digest(evening, 5) == evening + timedelta(seconds=5)
