"""Reminders: once, in the day, to those who may have them, and only while they are true."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import current_app
from sqlalchemy import select

from portal.database import db, now, transaction
from portal.ideas import services as ideas
from portal.notifications import delivery, reminding
from portal.notifications.models import Letter
from tests import factories
from tests.portal.notifications import stories
from tests.queries import count_queries

pytestmark = pytest.mark.usefixtures("app")
IN_FOUR_DAYS = timedelta(days=4)


def written(kind):
    db.session.expire_all()
    return list(db.session.scalars(select(Letter).where(Letter.kind == kind)))


def test_a_draft_is_reminded_of_once():
    factories.draft(factories.member())
    factories.draft(visitor="somebody")
    for days in (1, 4, 5):
        stories.reminded(now() + timedelta(days=days))
    assert len(written("draft_reminder")) == 1


def test_many_reminders_cost_as_many_statements_as_one():
    slug = stories.campaign(-20, 6).slug
    costs = []
    for number in (1, 6):
        for _ in range(number):
            factories.draft(factories.member(), campaign=slug)
            factories.idea("needs_changes", campaign=slug)
        with count_queries() as counted:
            stories.reminded(now() + IN_FOUR_DAYS)
        costs.append(counted.n)
    assert costs[0] == costs[1]
    assert (len(written("draft_reminder")), len(written("campaign_ends"))) == (7, 14)


def test_nobody_is_reminded_of_a_draft_left_long_ago():
    factories.draft(factories.member())
    stories.reminded(now() + timedelta(days=30))
    assert written("draft_reminder") == []


def test_nobody_is_reminded_at_night():
    factories.draft(factories.member())
    midnight = datetime(now().year + 1, 5, 4, 17, tzinfo=UTC)
    assert reminding.look(current_app.config["SETTINGS"], midnight) == 0


@pytest.mark.parametrize("end", ["sent", "deleted", "written again"])
def test_a_reminder_that_is_no_longer_true_is_cancelled(end):
    author = factories.member()
    draft = factories.draft(author)
    stories.reminded(now() + IN_FOUR_DAYS)
    with transaction():
        if end == "sent":
            ideas.submit(author, draft.token, now())
        elif end == "deleted":
            db.session.delete(db.session.merge(draft))
        else:
            db.session.merge(draft).updated_at = now() + timedelta(days=5)
    stories.due_now()
    delivery.drain(mailer=stories.Sink())
    assert written("draft_reminder")[0].state == "cancelled"


def test_a_campaign_is_announced_once_to_those_who_asked_for_it():
    wishes = [stories.wants(factories.member(), campaigns="now") for _ in range(2)]
    factories.member()
    stories.campaign(-0.5, 20)
    stories.campaign(-9, 20)  # no news any more
    stories.reminded()
    stories.reminded()
    assert {letter.recipient_id for letter in written("campaign_opens")} == {one.id for one in wishes}
    assert len(written("campaign_opens")) == 2


def test_a_campaign_in_vietnamese_alone_is_announced_in_its_words_to_everybody():
    stories.wants(factories.member(language="en"), campaigns="now")
    campaign = stories.campaign(-0.5, 20)
    with transaction():
        db.session.merge(campaign).title_en = db.session.merge(campaign).text_en = ""
    stories.reminded()
    mailbox = stories.Sink()
    delivery.drain(mailer=mailbox)
    (text,) = [message.get_body(("plain",)).get_content() for message in mailbox.taken]
    assert "Sáng kiến vì làng quê xanh" in text
    assert "Làng bạn thiếu một điều gì?" in text


def test_nobody_under_sixteen_is_invited():
    year = now().year
    stories.wants(factories.member(birth=(year - 15, 12)), campaigns="now")
    stories.campaign(-0.5, 20)
    stories.reminded()
    delivery.drain(mailer=stories.Sink())
    assert written("campaign_opens")[0].state == "cancelled"


def test_whoever_has_begun_a_paper_hears_what_it_lacks_three_days_before_the_end():
    stories.TELL["campaign_ends"]("vi")
    stories.reminded()
    sink = stories.Sink()
    delivery.drain(mailer=sink)
    assert sink.subjects == ["Còn 3 ngày: hoàn tất bài dự thi"]
    assert "Còn thiếu" in sink.taken[0].get_body(("plain",)).get_content()


@pytest.mark.parametrize(("status", "written_to"), [("needs_changes", True), ("waiting", False)])
def test_whose_entry_was_sent_back_is_reminded_once_that_its_campaign_ends(status, written_to):
    slug = stories.campaign(-20, 2.5).slug
    idea = factories.idea(status, title="Bến đò có áo phao cho học sinh", campaign=slug)
    stories.reminded()
    stories.reminded()
    assert [letter.recipient_id for letter in written("campaign_ends")] == [idea.author_id] * written_to
    sink = stories.Sink()
    delivery.drain(mailer=sink)
    for message in sink.taken:
        words = message.get_body(("plain",)).get_content()
        assert "Bài cần bạn sửa: Bến đò" in words
        assert f"/y-tuong/{idea.id}/sua" in words


def test_an_entry_sent_again_meanwhile_is_not_reminded_of():
    author = factories.member()
    idea = factories.idea("needs_changes", author, campaign=stories.campaign(-20, 2.5).slug)
    stories.reminded()
    with transaction():
        ideas.revise(author, idea.id, idea.version, factories.content(), now())
    delivery.drain(mailer=stories.Sink())
    assert [letter.state for letter in written("campaign_ends")] == ["cancelled"]
