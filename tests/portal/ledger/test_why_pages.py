"""Each letter leads to a page that says why it was written."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from flask import current_app
from sqlalchemy import select

from portal.database import db, now
from portal.notifications import explaining
from portal.notifications.models import Letter
from tests import factories
from tests.portal.announcements.drafting import drafted, sent, spread, unit_id
from tests.portal.campaigns.campaign_rows import campaign
from tests.portal.ledger.post import change
from tests.portal.notifications import stories
from tests.portal.notifications.sending import send


def link_in(message):
    return re.search(r"http://localhost(/thu/\S+)", message.get_body(("plain",)).get_content())[1]


def test_every_letter_leads_to_the_reason_for_it_and_names_nobody(client):
    stories.idea_sent(factories.member(name="Lê Lan", email="lan@example.vn"))
    stories.relay()
    page = client.get(link_in(send().taken[0])).text
    assert "Bạn nhận thư này vì vừa gửi ý tưởng trên Nảy." in page
    assert "Đã nhận ý tưởng" in page
    assert "Lê Lan" not in page
    assert "example.vn" not in page.replace("nay@", "")


def test_a_letter_that_can_be_stopped_is_stopped_from_the_page_that_explains_it(client):
    stories.decided("reject", stories.idea_sent(factories.member()))
    stories.relay()
    stories.due_now()
    page = client.get(link_in(send().taken[-1])).text
    assert "không tắt được" not in page
    stop, choices = (re.search(rf'href="({start}[^"]+)"', page)[1] for start in ("/huy/", "/toi/thu/"))
    assert "Dừng loại thư này?" in client.get(stop).text
    assert client.get(choices).status_code == 200
    change(created_at=now() - timedelta(days=31))
    assert 'href="/toi/thu"' in client.get(link_in_last_letter()).text


def link_in_last_letter():
    letter = db.session.scalars(select(Letter).order_by(Letter.id.desc())).first()
    return f"/thu/{explaining.write(current_app.config['SECRET_KEY'], letter.id)}"


@pytest.mark.parametrize("ticket", ["MQ", "MQ.x", "1"])
def test_only_our_own_links_explain_a_letter(client, ticket):
    stories.idea_sent()
    stories.relay()
    assert client.get(f"/thu/{ticket}").status_code == 404


@pytest.mark.parametrize(
    ("audience", "reason"),
    [
        ("campaign", "vì có bài trong chiến dịch “Sáng tạo &lt;b&gt;”"),
        ("field", "vì viết hoặc theo dõi ý tưởng thuộc lĩnh vực"),
        ("unit", "vì đơn vị trong hồ sơ của bạn thuộc"),
    ],
)
def test_an_announcement_says_to_whom_it_went_and_who_wrote_it(client, audience, reason):
    admin, contest = factories.member("admin", name="Trần Thu Hà"), campaign("sang-tao", "Sáng tạo <b>")
    author = factories.member(unit_id=unit_id("40"))
    idea = factories.published_idea(author, campaign=contest.slug)
    about = {"campaign": contest.id, "field": idea.field_id, "unit": unit_id("40")}[audience]
    sent(admin, drafted(admin, audience, about))
    spread()
    (letter,) = [one for one in send().taken if one["To"] == author.email]
    page = client.get(link_in(letter)).text
    assert reason in page
    assert "Trần Thu Hà viết, máy của Nảy gửi." in page
    assert reason in letter.get_body(("html",)).get_content()
    assert reason.replace("&lt;b&gt;", "<b>") in letter.get_body(("plain",)).get_content()


def test_what_comes_with_a_role_says_so_and_not_that_it_is_about_safety(client):
    stories.late_at_the_desk("vi")
    stories.relay()
    stories.due_now()
    (letter,) = [one for one in send().taken if "quá hạn" in one["Subject"]]
    page = client.get(link_in(letter)).text
    assert "đi theo việc bạn đang giữ" in page
    assert "an toàn" not in page
