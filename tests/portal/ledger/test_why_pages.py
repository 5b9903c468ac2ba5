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
