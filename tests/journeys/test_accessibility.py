"""Every page, seen once: axe-core finds nothing, and nothing is cut off or out of reach.

axe looks on a phone in light and on a laptop in dark: a page has the same colours at any width, and its contrasts are
what takes axe longest. The ruler looks at narrow windows, large text, fingers and endless words.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.journeys import axe, measure
from tests.journeys.pages import NOT_THERE, PAGES
from tests.journeys.running import LAPTOP, PHONE, Portal
from tests.journeys.steps import Open
from tests.journeys.world import World

pytestmark = pytest.mark.timeout(180)  # the first of them builds the world

LETTERS = ("là mã đăng nhập", "đã xong", "Đã nhận", "đã được đăng", "Cần bạn sửa")
NARROW = (320, 360, 640)  # 320 is 400 % zoom of a window of 1280, 640 is 200 %
LARGE = 32  # pixels of the browser's own font size: 200 % text


@dataclass(frozen=True)
class Seen:
    """A page as its reader has it open."""

    name: str
    page: Page
    status: int


@pytest.fixture(scope="module")
def browser_of(browser: Browser, portal: Portal, world: World) -> Iterator[Callable[[str], BrowserContext]]:
    """The one browser of each person, who only looks."""
    opened: dict[str, BrowserContext] = {}

    def of(who: str) -> BrowserContext:
        if who not in opened:
            state = world.states[who]
            opened[who] = browser.new_context(base_url=portal.url, locale="vi-VN", storage_state=state)
            opened[who].set_default_timeout(8000)
        return opened[who]

    yield of
    for context in opened.values():
        context.close()


@pytest.fixture(scope="module", params=PAGES)
def seen(request: pytest.FixtureRequest, browser_of: Callable[[str], BrowserContext], world: World) -> Iterator[Seen]:
    """Each page in turn; the tests that look at one come one after the other."""
    name: Any = request.param
    page = browser_of(PAGES[name][0]).new_page()
    page.set_viewport_size(PHONE)
    answer = page.goto(world.path(name))
    assert answer
    yield Seen(name, page, answer.status)
    page.close()


def test_axe_finds_nothing(seen: Seen) -> None:
    assert (seen.status == 404) == (seen.name in NOT_THERE), seen.page.url
    found = {"phone, light": axe.everything(seen.page)}
    seen.page.emulate_media(color_scheme="dark")
    seen.page.set_viewport_size(LAPTOP)
    found["laptop, dark"] = axe.everything(seen.page)
    assert not any(found.values()), found


def test_every_word_and_button_is_in_reach(seen: Seen) -> None:
    page = seen.page
    page.set_viewport_size(PHONE)
    found = {"small targets": page.evaluate(measure.SMALL_TARGETS)}
    found |= {f"at {width}": lost_text(page, width) for width in NARROW}
    page.context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": {"standard": LARGE, "fixed": 26}})
    page.reload()
    found |= {f"200 % text at {width}": lost_text(page, width) for width in (390, 1280)}
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == f"{LARGE}px"
    assert not any(found.values()), found


def lost_text(page: Page, width: int, height: int = 800) -> list[str]:
    page.set_viewport_size({"width": width, "height": height})
    return page.evaluate(measure.LOST_TEXT)


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
