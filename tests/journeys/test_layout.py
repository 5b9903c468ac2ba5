"""Whoever has only a keyboard reaches everything, in order, and sees where they are."""

from __future__ import annotations

import pytest

from tests.journeys import measure
from tests.journeys.steps import Open
from tests.journeys.world import World

pytestmark = pytest.mark.timeout(180)  # the first of them builds the world

TYPED = ("home", "list", "filters", "idea of a member", "write", "review", "register", "me", "case", "letter", "log")


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
