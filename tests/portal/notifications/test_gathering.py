"""Letters made of notices: who gets one, what it says, and that nothing is told twice or too late."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from flask import current_app
from sqlalchemy import select, update

from portal.accounts.models import Member
from portal.database import db, now, transaction
from portal.discussion import services as discussion
from portal.discussion.models import Comment
from portal.ideas.services import coauthors
from portal.moderation.models import Case
from portal.notices import services as notices
from portal.notices.models import Notice
from portal.notifications import delivery, gathering, services
from portal.notifications.models import LetterRound
from portal.units.queries import reference
from tests import factories
from tests.portal.accounts import family
from tests.portal.notifications import stories
from tests.portal.notifications.letters_about_news import letters, sent, shown_now

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture
def talker():
    """One who comments on everything: others who did would follow the idea, and hear of the next comment."""
    return factories.member()


@pytest.fixture
def idea_with_comment(talker):
    def make(body="Làm thử ở trường mình nhé."):
        idea = factories.published_idea()
        stories.commented(idea, body, talker)
        stories.relay()
        return idea

    return make


# --- the daily letter ---------------------------------------------------------------------------


def test_only_people_with_news_get_a_letter_and_each_one(idea_with_comment, talker):
    factories.published_idea()
    for _ in range(3):
        idea = idea_with_comment()
        stories.commented(idea, "Thêm một góp ý nữa cho ý này.", talker)
    stories.relay()
    stories.gathered()
    recipients = [letter.recipient_id for letter in letters()]
    assert len(recipients) == len(set(recipients)) == 3


def test_what_was_told_once_is_not_told_again(idea_with_comment, talker):
    idea = idea_with_comment("Góp ý đầu tiên của ngày hôm nay.")
    stories.gathered()
    stories.gathered()
    assert len(letters()) == 1
    stories.commented(idea, "Góp ý thứ hai đến sau lá thư.", talker)
    stories.relay()
    stories.gathered()
    first, second = sent()
    assert "đầu tiên" in first
    assert "thứ hai" not in first
    assert "đầu tiên" not in second


def test_what_is_read_on_the_site_is_not_mailed(idea_with_comment):
    idea_with_comment()
    with transaction():
        db.session.execute(update(Notice).values(read_at=now()))
    stories.gathered()
    assert letters() == []


def test_a_letter_whose_news_was_read_meanwhile_is_cancelled(idea_with_comment):
    idea_with_comment()
    stories.gathered()
    with transaction():
        db.session.execute(update(Notice).values(read_at=now()))
    assert sent() == []
    assert letters()[0].state == "cancelled"


def test_news_is_grouped_by_idea_the_newest_first(talker):
    author = factories.member()
    old, new = factories.published_idea(author, title="Tủ sách đi nhờ xe buýt về xã"), factories.published_idea(author)
    for idea, words in ((new, "Câu này đến trước."), (old, "Câu này đến sau."), (new, "Câu này mới nhất.")):
        stories.commented(idea, words, talker)
    stories.relay()
    stories.gathered()
    (words,) = sent()
    assert [words.count(idea.title) for idea in (old, new)] == [1, 1]
    order = [words.index(part) for part in (new.title, "mới nhất", "đến trước", old.title, "đến sau")]
    assert order == sorted(order)


def test_what_others_wrote_is_no_markup_in_a_letter(idea_with_comment, talker):
    with transaction():
        talker.display_name = "<b>Lan"
        db.session.add(talker)
    idea_with_comment("<img src=//x.example/a Làm thử nhé.")
    stories.gathered()
    sink = stories.Sink()
    delivery.drain(mailer=sink)
    (letter,) = sink.taken
    page = letter.get_body(("html",)).get_content()
    assert "<img" not in page
    assert "<b>Lan" not in page
    assert "&lt;img" in page


def test_a_comment_that_waits_is_told_when_it_is_shown_and_not_before():
    author = factories.member(birth=(2009, 5))  # a minor: comments wait for a moderator
    comment = stories.commented(factories.published_idea(author), "Bạn viết hay lắm, cố lên nhé.")
    stories.relay()
    stories.gathered()
    assert letters() == []
    with transaction():
        discussion.publish(comment)
    stories.gathered()
    assert len(letters()) == 1


def test_a_comment_hidden_after_the_letter_was_written_never_leaves(idea_with_comment):
    idea_with_comment("Lời này sẽ bị ẩn đi.")
    stories.gathered()
    with transaction():
        discussion.hide(db.session.scalar(select(Comment.id)))
    assert sent() == []


def test_a_notice_that_comes_while_letters_are_written_is_not_marked_as_told_in_an_old_one(monkeypatch, talker):
    """On PostgreSQL the second statement of a transaction sees what was committed after the first."""
    one, other = (stories.wants(factories.member(), comments="now") for _ in range(2))
    for author in (one, other):
        stories.commented(factories.published_idea(author), "Góp ý đầu tiên.", talker)
    stories.relay()
    stories.gathered("now")
    real = services.write_many

    def write_many(settings, kind, readers, moment):
        real(settings, kind, readers, moment)
        notices.tell([other.id], "comment", "comment:0", idea_id=late.id)

    late = factories.published_idea(other)
    stories.commented(factories.published_idea(one), "Góp ý thứ hai.", talker)
    stories.relay()
    monkeypatch.setattr(services, "write_many", write_many)
    with transaction():
        gathering._write(  # between its two statements
            "new_comments",
            gathering._unmailed("now", ("comments",)),
            [one.id, other.id],
            app_settings(),
            now() + timedelta(minutes=1),
        )
    assert db.session.scalar(select(Notice.letter_id).where(Notice.cause == "comment:0")) is None


def app_settings():
    return current_app.config["SETTINGS"]


def test_a_child_without_news_hears_in_the_daily_letter_of_their_own_idea_only():
    child = family.child()
    family.agree(child, "account", "publish")
    family.confirm(child)
    stories.wants(child, my_ideas="daily")
    mine = factories.published_idea(child, title="Bến đò có áo phao cho học sinh")
    notices.tell([child.id], "approve", "decision:0", idea_id=mine.id)
    stories.commented(mine, "Lời góp ý này không tới phụ huynh.")
    with transaction():
        discussion.publish(db.session.scalar(select(Comment.id)))
    stories.relay()
    stories.gathered()
    (words,) = sent()
    assert "đã được đăng" in words
    assert "không tới phụ huynh" not in words


def test_whoever_wants_a_daily_letter_finds_mergers_invitations_and_answers_in_it(author_in_daily_rhythm):
    author, into = author_in_daily_rhythm, factories.published_idea()
    merged = factories.published_idea(author, title="Bến đò có áo phao cho học sinh")
    asked = factories.published_idea(title="Góc sách ở nhà văn hoá thôn")
    notices.tell([author.id], "joined", "joined:1", idea_id=factories.published_idea(author).id)
    with transaction():
        coauthors.invite(db.session.get_one(Member, asked.author_id), asked.id, f"@{author.handle}", now())
    stories.merges(merged, into)
    stories.relay()
    shown_now()
    stories.due_now()
    assert sent() == []
    stories.gathered()
    (words,) = sent()
    for line in ("đã được gộp vào một ý cùng việc", "mời bạn cùng đứng tên", "đã nhận lời cùng đứng tên"):
        assert line in words
    assert {letters(kind)[0].state for kind in ("idea_merged", "co_author_invited")} == {"cancelled"}


def test_what_was_hidden_is_told_by_its_own_letter_and_under_the_bell_only(author_in_daily_rhythm):
    idea = factories.published_idea(author_in_daily_rhythm, unit="40")
    factories.member("moderator", unit_id=idea.unit_id)
    factories.report(idea)
    stories.relay()
    stories.hides(db.session.scalars(select(Case).where(Case.kind == "report")).one())
    stories.relay()
    shown_now()
    stories.due_now()
    stories.gathered()
    sent()
    assert letters() == []
    assert letters("content_hidden")[0].state == "sent"
    told = db.session.scalars(select(Notice.kind).where(Notice.member_id == author_in_daily_rhythm.id)).all()
    assert told == ["hidden"]


def test_a_round_goes_on_where_it_was_interrupted(idea_with_comment):
    for _ in range(3):
        idea_with_comment()
    settings = current_app.config["SETTINGS"]
    with transaction():
        db.session.add(LetterRound(name="daily", next_at=now(), after=0))
    for _ in range(2):
        with transaction():
            assert gathering.next_page("daily", settings, now(), page=2)
    assert len(letters()) == 3
    with transaction():
        assert not gathering.next_page("daily", settings, now(), page=2)
    assert db.session.get_one(LetterRound, "daily").next_at > now()


def test_a_round_begins_by_itself_and_a_shorter_setting_wakes_it():
    settings, moment = current_app.config["SETTINGS"], now()
    with transaction():
        assert not gathering.next_page("daily", settings, moment)
    assert not gathering.is_due("daily", settings, moment)
    often = replace(settings, digest_every=5)
    assert gathering.is_due("daily", often, moment)
    with transaction():
        gathering.next_page("daily", often, moment)
    assert gathering.is_due("daily", often, moment + timedelta(seconds=5))


# --- moderators ---------------------------------------------------------------------------------


def test_moderators_hear_in_the_morning_of_what_waits_in_their_units_only():
    nghe_an, hue = (reference().unit_by_code[code] for code in ("40", "46"))
    here, elsewhere = (factories.member("moderator", unit_id=unit.id) for unit in (nghe_an, hue))
    for _ in range(2):
        stories.idea_sent(unit="40")
    stories.relay()
    stories.gathered("desk")
    assert [letter.recipient_id for letter in letters("desk_digest")] == [here.id]
    assert elsewhere.id not in {letter.recipient_id for letter in letters("desk_digest")}
    sink = stories.Sink()
    delivery.drain(mailer=sink)
    (subject,) = [one for one in sink.subjects if "mục chờ" in one]
    assert subject.startswith("2 mục chờ")


def test_a_queue_emptied_before_the_letter_leaves_is_not_written_about():
    stories.decided(idea=stories.idea_sent(), moderator=factories.member("moderator"))
    stories.relay()
    stories.gathered("desk")
    assert letters("desk_digest") == []
