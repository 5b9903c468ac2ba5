"""Letters made of notices, as they look in an inbox: short whatever was written, and naming nobody in the preview."""

from __future__ import annotations

import re

import pytest

from portal.notifications.contents import news
from tests import factories
from tests.portal.notifications import stories
from tests.portal.notifications.sending import send

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.one_engine_each]
KILOBYTE = 1024
LONG = "Nguyễn Phương Thuỷ Tiên ở Đắk Lắk kể rằng những buổi chiều nước lũ về thì đường đến trường ngập đến thắt lưng, "


def digest():
    stories.relay()
    stories.gathered()
    (letter,) = send().taken
    return letter.get_body(("html",)).get_content()


def test_the_longest_daily_letter_is_short(monkeypatch):
    author, talker = factories.member(), factories.member(name="Nguyễn Thị Phương Thuỷ Tiên Đắk Lắk")
    for number in range(news.IDEAS + 1):
        idea = factories.published_idea(author, title=f"{number} {LONG}"[:120].strip())
        for line in range(news.LINES + 1):
            stories.commented(idea, f"{line} {LONG * 3}", talker)
        stories.relay()
    page = digest()
    assert page.count("<li") == news.IDEAS * (news.LINES + 1)
    assert "Còn 1 ý tưởng khác có tin mới." in page
    assert len(page.encode()) <= 12 * KILOBYTE


def test_an_inbox_shows_what_was_said_and_not_who_said_it():
    talker = factories.member(name="Lê Bảo Ngọc")
    stories.commented(factories.published_idea(), "Làm thử ở trường mình nhé.", talker)
    page = digest()
    preview = re.search(r'<div style="display:none[^>]*>(.*?)</div>', page)[1]
    assert preview == "“Làm thử ở trường mình nhé.”"
    assert "Lê Bảo Ngọc góp ý" in page
