"""Announcements: whom they reach, who may send them, how they go out and how they are stopped."""

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import current_app
from sqlalchemy import func, select, update

from portal.accounts.models import Member
from portal.announcements import queries, rules, services
from portal.announcements.models import Announcement
from portal.audit.models import AuditEntry
from portal.database import db, now, transaction
from portal.discussion import services as discussion
from portal.errors import Conflict, Missing, Refusal
from portal.notices.models import Notice
from portal.notifications import announcing, delivery, preferences
from portal.notifications.failures import Refused
from portal.notifications.models import Letter
from tests import factories
from tests.portal.accounts import family
from tests.portal.announcements.drafting import WORDS, by_day, drafted, sent, spread, unit_id
from tests.portal.campaigns.campaign_rows import campaign
from tests.portal.notifications import stories

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.one_engine_each]


def recipients():
    return set(db.session.scalars(select(Letter.recipient_id).where(Letter.kind == "announcement")))


def state(row):
    return db.session.scalar(select(Announcement.state).where(Announcement.id == row.id))


# --- whom it reaches ----------------------------------------------------------------------------


def test_a_unit_is_everybody_in_it_and_below():
    admin = factories.member("admin", unit_id=None)
    here, there = factories.member(unit_id=unit_id("40")), factories.member(unit_id=unit_id("01"))
    sent(admin, drafted(admin))
    spread()
    assert recipients() == {here.id}
    assert there.id not in recipients()


def test_a_campaign_is_those_who_sent_an_idea():
    admin, contest = factories.member("admin"), campaign("sang-tao-xanh")
    author = factories.member()
    factories.published_idea(author, campaign=contest.slug)
    factories.published_idea()
    sent(admin, drafted(admin, "campaign", contest.id))
    spread()
    assert recipients() == {author.id}


def test_a_field_is_those_who_wrote_or_follow_in_it():
    admin, follower = factories.member("admin"), factories.member()
    idea = factories.published_idea()
    other = factories.published_idea(field="giao-duc-dao-tao")
    with transaction():
        discussion.follow(follower, idea.id, now())
    sent(admin, drafted(admin, "field", idea.field_id))
    spread()
    assert recipients() == {idea.author_id, follower.id}
    assert other.author_id not in recipients()


@pytest.mark.parametrize(
    ("gone", "hears"), [({"status": "suspended"}, False), ({"email": None}, False), ({"birth": (2015, 5)}, False)]
)
def test_no_child_nobody_suspended_and_nobody_without_an_address(gone, hears):
    admin = factories.member("admin")
    values = {name: value for name, value in gone.items() if name != "birth"}
    who = factories.member(unit_id=unit_id("40"), birth=gone.get("birth", (2001, 5)))
    if values:
        with transaction():
            db.session.execute(update(Member).where(Member.id == who.id).values(**values))
    row = drafted(admin)
    assert (queries.count(row, admin, now()) == 1) == hears


def test_how_old_one_must_be_is_what_the_portal_is_set_to(app, monkeypatch):
    admin = factories.member("admin")
    factories.member(unit_id=unit_id("40"), birth=(now().year - 17, 1))
    row = drafted(admin)
    assert queries.count(row, admin, now()) == 1
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], min_own_account_age=18))
    assert queries.count(row, admin, now()) == 0


def test_a_child_hears_what_the_guardian_chose_and_the_guardian_gets_the_letter():
    admin, idea = factories.member("admin"), None
    yes, no = family.allowed_child(), family.child("khac@example.vn")
    family.agree(no, "account", "publish")
    for child in (yes, no):
        idea = factories.published_idea(child)
    sent(admin, drafted(admin, "field", idea.field_id))
    spread()
    sink = stories.Sink()
    delivery.drain(mailer=sink)
    assert recipients() == {yes.id}
    assert [message["To"] for message in sink.taken] == [family.PARENT]


def test_an_organiser_of_a_province_reaches_only_people_there():
    organiser = factories.member("organiser", unit_id=unit_id("40"))
    factories.member(unit_id=unit_id("40"))
    idea = factories.published_idea(factories.member(unit_id=unit_id("01")))
    assert queries.count(drafted(organiser, "field", idea.field_id), organiser, now()) == 0
    with pytest.raises(Missing):
        drafted(organiser, "unit", unit_id("01"))
    with pytest.raises(Missing):
        drafted(organiser, "campaign", campaign("khac").id)


def test_who_wants_no_such_letters_gets_none():
    admin, who = factories.member("admin"), factories.member(unit_id=unit_id("40"))
    with transaction():
        preferences.stop(who.id, "news")
    sent(admin, drafted(admin))
    spread()
    sink = stories.Sink()
    delivery.drain(mailer=sink)
    assert sink.taken == []


# --- how it goes out ----------------------------------------------------------------------------


def test_a_letter_carries_the_words_the_way_out_and_who_wrote_it():
    admin = factories.member("admin", name="Trần Thu Hà")
    factories.member(unit_id=unit_id("40"))
    sent(admin, drafted(admin))
    spread()
    sink = stories.Sink()
    delivery.drain(mailer=sink)
    (message,) = sink.taken
    plain, html = (message.get_body((part,)).get_content() for part in ("plain", "html"))
    assert message["Subject"] == WORDS["subject"]
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert "<strong>bão</strong>" in html
    assert "Vì bão, hạn" in plain
    assert "Trần Thu Hà" in html


def test_it_goes_in_pages_and_is_done_when_nobody_is_left(monkeypatch):
    monkeypatch.setattr(services, "PER_PAGE", 2)
    admin = factories.member("admin")
    members = [factories.member(unit_id=unit_id("40")) for _ in range(5)]
    row = drafted(admin)
    sent(admin, row)
    with transaction():
        announcing.spread(by_day())
    assert len(recipients()) == 2
    assert state(row) == "sending"
    spread()
    assert recipients() == {member.id for member in members}
    assert state(row) == "sending"
    delivery.drain(mailer=stories.Sink())
    spread()
    assert state(row) == "sent"


def test_what_waits_can_be_stopped_after_the_last_letter_was_written(monkeypatch):
    admin = factories.member("admin")
    for _ in range(3):
        factories.member(unit_id=unit_id("40"))
    row = drafted(admin)
    sent(admin, row)
    spread()
    spread()
    assert announcing.progress(row.id) == announcing.Progress(waiting=3)
    delivery.drain(mailer=stories.Sink(Refused("no such user", 550)), is_ending=after(2))
    assert announcing.progress(row.id) == announcing.Progress(waiting=1, sent=1, failed=1)
    spread()
    with transaction():
        services.stop(admin, row.id, now())
    delivery.drain(mailer=stories.Sink())
    assert announcing.progress(row.id) == announcing.Progress(sent=1, failed=1, cancelled=1)


def after(times):
    """Says that the process ends once it has been asked so often."""
    asked = iter([False] * times)
    return lambda: next(asked, True)


def test_an_author_without_news_gets_the_test_letter_all_the_same():
    admin = factories.member("admin")
    stories.wants(admin, news="never")
    row = drafted(admin)
    with transaction():
        announcing.write_test(row.id, 1, admin.id, current_app.config["SETTINGS"])
    sink = stories.Sink()
    delivery.drain(mailer=sink)
    assert [message["To"] for message in sink.taken] == [admin.email]
    assert announcing.progress(row.id) == announcing.Progress()


def test_stopping_leaves_what_is_written_unsent(monkeypatch):
    monkeypatch.setattr(services, "PER_PAGE", 1)
    admin = factories.member("admin")
    for _ in range(3):
        factories.member(unit_id=unit_id("40"))
    row = drafted(admin)
    sent(admin, row)
    with transaction():
        announcing.spread(by_day())
    with transaction():
        services.stop(admin, row.id, now())
    spread()
    sink = stories.Sink()
    delivery.drain(mailer=sink)
    assert sink.taken == []
    assert len(recipients()) == 1


def test_more_than_a_thousand_need_a_second_person(monkeypatch):
    monkeypatch.setattr(services, "SECOND_PERSON_ABOVE", 1)
    author, second = factories.member("admin"), factories.member("admin")
    for _ in range(2):
        factories.member(unit_id=unit_id("40"))
    row = drafted(author)
    assert sent(author, row) == "waiting"
    waits = select(Notice.member_id).where(Notice.kind == "announcement_waits")
    assert db.session.scalars(waits).all() == [second.id]
    spread()
    assert recipients() == set()
    with pytest.raises(Refusal), transaction():
        services.approve(author, row.id, now())
    with transaction():
        services.approve(second, row.id, now())
    with pytest.raises(Conflict), transaction():
        services.approve(second, row.id, now())
    spread()
    assert len(recipients()) == 2
    acts = db.session.scalars(select(AuditEntry.action).where(AuditEntry.object_kind == "announcement"))
    assert list(acts) == ["announcement.send", "announcement.approve"]


def test_to_nobody_nothing_is_sent():
    admin = factories.member("admin")
    row = drafted(admin)
    with pytest.raises(Refusal), transaction():
        services.send(admin, row.id, now())


def test_ten_letters_to_oneself_are_enough():
    admin = factories.member("admin")
    row = drafted(admin)
    for _ in range(rules.MOST_TESTS):
        with transaction():
            services.count_test(admin, row.id)
    with pytest.raises(Conflict), transaction():
        services.count_test(admin, row.id)
    assert db.session.scalar(select(func.count()).select_from(Letter)) == 0
