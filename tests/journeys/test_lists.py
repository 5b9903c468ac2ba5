"""A list made longer with "Xem thêm" is found again as it was left."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.journeys.running import PHONE, Portal
from tests.journeys.steps import Open


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
