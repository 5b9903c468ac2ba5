"""Which letters come, and how one stops them: from the page, from a letter, from a mail program."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import current_app
from sqlalchemy import select

from portal.database import db, now, transaction
from portal.discussion import services as discussion
from portal.notices import services as notices
from portal.notices.models import Notice
from portal.notifications import delivery, preferences, tickets
from portal.notifications.categories import CATEGORIES, NEVER
from tests import factories
from tests.forms import token_in
from tests.portal.notifications import stories
from tests.queries import count_queries

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.one_engine_each]
CATEGORY = "my-ideas"


@pytest.fixture
def member():
    return factories.member(email="lan@example.vn")


def ticket(member, category=CATEGORY):
    return tickets.for_stopping(current_app.config["SECRET_KEY"], member.id, category)


def page_ticket(member):
    return tickets.for_choosing(current_app.config["SECRET_KEY"], member.id)


def rhythm(member, category=CATEGORY):
    db.session.rollback()
    return preferences.of(member.id)[category]


# --- from a letter ------------------------------------------------------------------------------


def test_reading_the_link_of_a_letter_changes_nothing_and_asks(client, member):
    page = client.get(f"/huy/{ticket(member)}")
    assert page.status_code == 200
    assert "Dừng loại thư này?" in page.text
    assert rhythm(member) == CATEGORIES[CATEGORY].default


def test_a_mail_provider_stops_letters_by_one_post_without_cookie_or_origin(client, member):
    answer = client.post(
        f"/huy/{ticket(member)}",
        data={"List-Unsubscribe": "One-Click"},
        headers={"Origin": "https://mail.example", "Sec-Fetch-Site": "cross-site"},
    )
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers
    assert rhythm(member) == NEVER


def test_stopping_costs_few_queries(client, member):
    with count_queries() as counted:
        client.post(f"/huy/{ticket(member)}")
    assert counted.n <= 3, counted.statements


def test_what_was_stopped_can_be_had_again_at_once(client, member):
    page = client.post(f"/huy/{ticket(member)}")
    kept = dict(re.findall(r'type="hidden" name="([\w-]+)" value="(\w+)"', page.text))
    assert kept == {CATEGORY: CATEGORIES[CATEGORY].default}
    page = client.post(f"/huy/{ticket(member)}", data={"again": "1", **kept, "comments": "now"})
    assert "lại được gửi" in page.text
    assert rhythm(member) == CATEGORIES[CATEGORY].default
    assert rhythm(member, "comments") != "now"  # the link was about something else


def test_whoever_stops_the_daily_letter_stops_all_that_came_in_it(client, member):
    stories.wants(member, my_ideas="daily", comments="now")
    page = client.post(f"/huy/{ticket(member, 'digest')}")
    assert preferences.of(member.id) == {
        "my-ideas": NEVER, "comments": "now", "follows": NEVER, "reminders": "now", "campaigns": NEVER, "desk": "daily",
        "news": "now", "searches": NEVER, "goals": "now",
    }  # fmt: skip
    kept = dict(re.findall(r'type="hidden" name="([\w-]+)" value="(\w+)"', page.text))
    client.post(f"/huy/{ticket(member, 'digest')}", data={"again": "1", **kept})
    assert rhythm(member) == rhythm(member, "follows") == "daily"


def test_stopping_twice_still_offers_the_way_back(client, member):
    client.post(f"/huy/{ticket(member)}")
    page = client.post(f"/huy/{ticket(member)}")
    assert f'name="{CATEGORY}" value="{CATEGORIES[CATEGORY].default}"' in page.text


def test_a_link_we_did_not_sign_stops_nothing(client, member):
    forged = ticket(member).swapcase()
    assert client.get(f"/huy/{forged}").status_code == client.post(f"/huy/{forged}").status_code == 404
    assert client.post(f"/huy/{page_ticket(member)}").status_code == 404
    assert rhythm(member) == CATEGORIES[CATEGORY].default


def test_the_link_works_in_english_too(client, member):
    assert "Stop these letters?" in client.get(f"/en/huy/{ticket(member)}").text


# --- the page of choices ------------------------------------------------------------------------


def test_a_member_chooses_category_by_category(client, member):
    factories.sign_in(client, member)
    page = client.get("/toi/thu").text
    token = token_in(page)
    answer = client.post("/toi/thu", data={"csrf_token": token, CATEGORY: NEVER, "language": "en"})
    assert answer.status_code == 303
    assert "Đã lưu" in client.get(answer.location).text
    assert rhythm(member) == NEVER
    assert f'name="{CATEGORY}" value="{NEVER}" checked' in client.get("/toi/thu").text
    assert 'name="language" value="en" checked' in client.get("/toi/thu").text


def test_the_page_costs_few_queries(client, member):
    factories.sign_in(client, member)
    with count_queries() as counted:
        client.get("/toi/thu")
    assert counted.n <= 5, counted.statements


def test_a_letter_leads_to_the_page_without_signing_in(client, member):
    path = f"/toi/thu/{page_ticket(member)}"
    page = client.get(path)
    assert page.status_code == 200
    assert "l•••@example.vn" in page.text
    assert "lan@example.vn" not in page.text  # a letter may have been forwarded
    answer = client.post(path, data={"stop_all": "1"})
    assert "Đã dừng" in client.get(answer.location).text
    assert set(preferences.of(member.id).values()) == {NEVER}


@pytest.mark.parametrize("kind", ["old", "forged", "of a suspended member"])
def test_a_link_that_is_no_good_leads_to_signing_in(client, member, kind, monkeypatch):
    path = f"/toi/thu/{page_ticket(member)}"
    if kind == "old":
        monkeypatch.setattr(tickets, "LIFETIME", timedelta(seconds=-1))
    elif kind == "forged":
        path += "x"
    else:
        member.status = "suspended"
        db.session.commit()
    assert client.get(path).location == "/toi/thu"
    assert client.post(path, data={"stop_all": "1"}).location == "/toi/thu"
    assert rhythm(member) == CATEGORIES[CATEGORY].default


def test_news_may_come_by_letter_only(client, member):
    factories.sign_in(client, member)
    page = client.get("/toi/thu").text
    assert page.count('name="in_app"') == page.count('" checked><span>Hiện cả trong Thông báo') == 4
    token = token_in(page)
    client.post("/toi/thu", data={"csrf_token": token, "bell": "1", "in_app": ["my-ideas", "follows"]})
    idea = factories.published_idea(member)
    stories.commented(idea, "Câu này chỉ đến bằng thư.")
    stories.stepped(idea=idea)
    stories.relay()
    bell = client.get("/toi/thong-bao").text
    assert "Ý tưởng đi tiếp một bước" in bell
    assert "chỉ đến bằng thư" not in bell
    stories.gathered()
    sink = stories.Sink()
    delivery.drain(mailer=sink)
    assert any("chỉ đến bằng thư" in one.get_body(("plain",)).get_content() for one in sink.taken)


def test_a_follower_who_wants_letters_only_is_told_quietly(client, member):
    with transaction():
        notices.mute(member.id, ["follows"])
    other, idea = factories.member(), factories.published_idea()
    with transaction():
        for one in (member, other):
            discussion.follow(one, idea.id, now())
    stories.stepped(idea=idea)
    stories.relay()
    quiet = dict(db.session.execute(select(Notice.member_id, Notice.quiet).where(Notice.kind == "followed")).all())
    assert quiet == {member.id: True, other.id: False}


@pytest.mark.parametrize(("role", "offered"), [("member", False), ("moderator", True)])
def test_the_letter_about_the_queue_is_offered_to_moderators_only(client, role, offered):
    factories.sign_in(client, factories.member(role))
    assert ('name="desk"' in client.get("/toi/thu").text) is offered


def test_what_does_not_exist_cannot_be_chosen(client, member):
    client.post(f"/toi/thu/{page_ticket(member)}", data={CATEGORY: "hourly", "none": NEVER, "language": "fr"})
    assert preferences.of(member.id) == {name: category.default for name, category in CATEGORIES.items()}
    assert db.session.get(type(member), member.id, populate_existing=True).language == "vi"


# --- what it means for letters ------------------------------------------------------------------


def test_a_letter_nobody_wants_any_more_is_cancelled_at_the_last_look(member):
    stories.decided("approve", stories.idea_sent(member))
    stories.relay()
    stories.due_now()
    with transaction():
        preferences.stop(member.id, CATEGORY)
    sink = stories.Sink()
    delivery.drain(mailer=sink)
    assert stories.letter("idea_published").state == "cancelled"
    assert sink.subjects == [subject for subject in sink.subjects if subject.startswith("Đã nhận")]


def test_codes_and_receipts_come_even_to_those_who_stopped_everything(member):
    with transaction():
        preferences.stop_all(member.id)
    stories.idea_sent(member)
    stories.code_requested("lan@example.vn")
    stories.relay()
    sink = stories.Sink()
    delivery.drain(mailer=sink)
    assert len(sink.taken) == 2
