"""The whole story, as a visitor, a member, a moderator and a second member live it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.running import LAPTOP, PHONE, Portal
from tests.journeys.steps import (
    PROBLEM,
    Open,
    choose_reason,
    number,
    open_case,
    sees,
    sign_in,
    sign_up,
    votes,
    write_idea,
)

IDEA = "Ghế đá có bóng mát ở bến xe buýt số {}"


def first_look_and_vote(page: Page, portal: Portal, email: str, name: str) -> None:
    """A visitor reads, supports, signs up with the six digits, and her vote is counted once."""
    page.goto("/")
    page.get_by_role("link", name="Xem các ý tưởng").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Ý tưởng")
    page.locator("article.idea a").first.click()
    idea, before = page.url, votes(page)
    page.get_by_role("button", name="Ủng hộ").first.click()
    sees(page, "đang được giữ")
    sign_up(page, portal, email, name)
    expect(page.get_by_role("button", name="Đã ủng hộ").first).to_be_visible()
    page.goto(idea)
    assert votes(page) == before + 1
    page.go_back()
    page.goto(idea)
    assert votes(page) == before + 1, "the back button votes again"


def returned_with_advice(desk: Page, portal: Portal, title: str) -> None:
    """A moderator finds the idea, sees what triage says of it, and asks for one thing."""
    sign_in(desk, portal, "moderator")
    open_case(desk, title)
    sees(desk, "Bạn đang giữ")
    sees(desk, re.compile("ý tưởng đầu tiên|ý đầu tiên", re.IGNORECASE))
    desk.get_by_role("link", name="Nhờ sửa").click()
    choose_reason(desk, "Chưa rõ vấn đề")
    desk.get_by_role("button", name="Gửi lời nhờ sửa").click()


def mended(page: Page, portal: Portal, email: str) -> None:
    """The letter says what to do, in her language; she does it and sends the idea again."""
    letter = portal.letter(email, "Cần bạn sửa")
    assert "bao nhiêu lần" in letter.get_body(("plain",)).get_content()
    page.goto("/toi")
    sees(page, "Cần bạn sửa")
    page.get_by_role("link", name=re.compile("^Sửa")).first.click()
    page.get_by_label("Vấn đề bạn thấy").fill(PROBLEM + " Mỗi trưa 20 người, năm ngày một tuần.")
    page.get_by_role("button", name="Gửi lại").click()


def supported_by_another(page: Page, portal: Portal, title: str, email: str, name: str) -> None:
    page.goto("/y-tuong?sort=new")
    page.get_by_role("link", name=title).first.click()
    idea = page.url
    page.get_by_role("button", name="Ủng hộ").first.click()
    sign_up(page, portal, email, name)
    page.goto(idea)
    expect(page.get_by_role("button", name="Đã ủng hộ").first).to_be_visible()
    assert votes(page) == 1


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
@pytest.mark.parametrize("viewport", [PHONE, LAPTOP], ids=["phone", "laptop"])
@pytest.mark.timeout(120)
def test_from_a_first_look_to_a_published_idea(
    portal: Portal, open_context: Open, viewport: dict[str, int], javascript: bool
) -> None:
    n = next(number)
    author, title = f"phuong{n}@example.vn", IDEA.format(f"{n:02d}")
    page, desk, second = (open_context(javascript=javascript, viewport=viewport).new_page() for _ in range(3))

    first_look_and_vote(page, portal, author, f"Phương Thảo {n}")

    write_idea(page, title)
    page.goto("/toi")
    sees(page, title)
    sees(page, "Chờ duyệt")
    assert title in portal.letter(author, "Đã nhận")["Subject"]

    returned_with_advice(desk, portal, title)
    mended(page, portal, author)
    open_case(desk, title)
    desk.get_by_role("button", name="Duyệt đăng").click()
    portal.letter(author, "đã được đăng")

    supported_by_another(second, portal, title, f"hai{n}@example.vn", f"Hải Đăng {n}")

    page.goto("/toi")
    sees(page, "Đã đăng")
    sees(page, re.compile("1 (lượt )?ủng hộ"))
