"""A list made longer with "Xem thêm" is found again as it was left."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.running import PHONE, Portal
from tests.journeys.steps import Open, fresh_email, sign_up


def test_back_from_an_idea_the_list_is_as_long_as_before_and_stands_at_its_card(
    portal: Portal, open_context: Open
) -> None:
    page = open_context(viewport=PHONE).new_page()
    page.goto("/y-tuong?sort=new")
    cards, more = page.locator("article.idea"), page.get_by_role("link", name="Xem thêm")
    first = cards.count()
    for n in range(1, 3):
        more.click()
        expect(cards).not_to_have_count(first * n)
    names = page.locator("article.idea .ttl").all_text_contents()
    assert len(names) > 2 * first
    assert len(names) == len(set(names))
    cards.nth(2 * first + 1).get_by_role("link").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(names[2 * first + 1])
    page.go_back()
    expect(cards).to_have_count(len(names))
    assert page.locator("article.idea .ttl").all_text_contents() == names
    expect(cards.nth(2 * first + 1)).to_be_in_viewport()
    page.goto("/")
    page.goto("/y-tuong?sort=new")
    expect(cards).to_have_count(first)


def test_a_press_that_no_network_carries_says_so_and_counts_when_it_is_pressed_again(
    portal: Portal, open_context: Open
) -> None:
    context = open_context(viewport=PHONE)
    page = context.new_page()
    page.goto("/dang-nhap")
    sign_up(page, portal, fresh_email(), "Bạn đọc trên xe buýt")
    page.goto("/y-tuong?sort=top")
    vote = page.get_by_role("button", name="Ủng hộ").first
    for press in (vote, page.get_by_role("link", name="Xem thêm")):
        context.set_offline(offline=True)
        press.click()
        expect(page.get_by_role("alert")).to_contain_text("máy đang mất mạng")
        context.set_offline(offline=False)
        press.click()
        expect(page.get_by_role("alert")).to_be_hidden()
    expect(page.get_by_role("button", name="Đã ủng hộ")).to_have_count(1)
