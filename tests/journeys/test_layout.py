"""Nothing is cut off or out of reach: narrow windows, large text, fingers, keyboards, endless words."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.journeys import measure
from tests.journeys.running import PHONE
from tests.journeys.steps import Open
from tests.journeys.world import PAGES, World

pytestmark = pytest.mark.timeout(180)  # the first of them builds the world

NARROW = (320, 360, 640)  # 320 is 400 % zoom of a window of 1280, 640 is 200 %
LARGE = 32  # pixels of the browser's own font size: 200 % text
TYPED = ("home", "list", "filters", "idea of a member", "write", "review", "register", "me", "case", "letter", "log")


def lost_text(page: Page, width: int, height: int = 800) -> list[str]:
    page.set_viewport_size({"width": width, "height": height})
    return page.evaluate(measure.LOST_TEXT)


@pytest.mark.parametrize("name", PAGES)
def test_every_word_and_button_is_in_reach(world: World, open_context: Open, name: str) -> None:
    state, path = world.place(name)
    page = open_context(viewport=PHONE, storage_state=state).new_page()
    page.goto(path)
    found = {"small targets": page.evaluate(measure.SMALL_TARGETS)}
    found |= {f"at {width}": lost_text(page, width) for width in NARROW}
    page.context.new_cdp_session(page).send("Page.setFontSizes", {"fontSizes": {"standard": LARGE, "fixed": 26}})
    page.reload()
    found |= {f"200 % text at {width}": lost_text(page, width) for width in (390, 1280)}
    assert page.evaluate("getComputedStyle(document.documentElement).fontSize") == f"{LARGE}px"
    assert not any(found.values()), found


@pytest.mark.parametrize("name", TYPED)
def test_tab_reaches_everything_in_order_and_nothing_covers_it(world: World, open_context: Open, name: str) -> None:
    state, path = world.place(name)
    page = open_context(viewport={"width": 390, "height": 700}, storage_state=state).new_page()
    page.goto(path)
    stops, reached, lowest = page.evaluate(measure.TABBABLE), [], 0.0
    for _ in range(stops):
        page.keyboard.press("Tab")
        focus = page.evaluate(measure.FOCUS)
        assert not focus["covered"], f"a bar covers {focus['what']}"
        assert not focus["outside"], f"out of sight: {focus['what']}"
        if focus["inMain"]:
            assert focus["bottom"] > lowest, f"Tab goes up to {focus['what']}"
            lowest = focus["top"]
        reached.append(focus["stop"])
    assert reached == list(range(stops))


def test_the_first_stop_leads_past_the_masthead(open_context: Open, world: World) -> None:
    page = open_context().new_page()
    page.goto("/y-tuong")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "q"
