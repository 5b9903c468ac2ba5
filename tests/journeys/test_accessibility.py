"""axe-core finds nothing, on any page or letter: on a phone in light, on a laptop in dark.

A page has the same colours at any width, and its contrasts are what takes axe longest.
"""

from __future__ import annotations

import pytest

from tests.journeys import axe
from tests.journeys.running import LAPTOP, PHONE, Portal
from tests.journeys.steps import Open
from tests.journeys.world import NOT_THERE, PAGES, World

pytestmark = pytest.mark.timeout(180)  # the first of them builds the world

LETTERS = ("là mã đăng nhập", "đã xong", "Đã nhận", "đã được đăng", "Cần bạn sửa")


@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(world: World, open_context: Open, name: str) -> None:
    state, path = world.place(name)
    page = open_context(viewport=PHONE, storage_state=state).new_page()
    answer = page.goto(path)
    assert (answer.status == 404) == (name in NOT_THERE), path
    found = {"phone, light": axe.everything(page)}
    page.emulate_media(color_scheme="dark")
    page.set_viewport_size(LAPTOP)
    found["laptop, dark"] = axe.everything(page)
    assert not any(found.values()), found


@pytest.mark.parametrize("about", LETTERS)
def test_a_letter_is_readable_in_light_and_dark(world: World, portal: Portal, open_context: Open, about: str) -> None:
    page = open_context().new_page()
    page.goto("/dev/mailbox")
    page.get_by_role("main").get_by_role("link", name=about).first.click()
    letter = page.request.get(str(page.locator("iframe").get_attribute("src"))).text()
    assert len(letter.encode()) < 12 * 1024
    page.goto("about:blank")
    page.set_content(letter)
    faults = axe.everything(page, without=("region", "landmark-one-main"))
    page.emulate_media(color_scheme="dark")
    assert not faults + axe.contrast(page)
