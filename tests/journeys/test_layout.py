"""Whoever has only a keyboard reaches everything, in order, and sees where they are."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

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


@pytest.mark.parametrize("quiet", ["no-preference", "reduce"])
@pytest.mark.parametrize("name", ["audit", "letters", "figures", "list little seen"])
def test_the_tab_one_is_on_stands_in_sight_without_a_script(
    world: World, open_context: Open, name: str, quiet: str
) -> None:
    state, path = (None, "/y-tuong?sort=unseen") if name == "list little seen" else world.place(name)
    page = open_context(javascript=False, storage_state=state, reduced_motion=quiet).new_page()
    page.goto(path)
    for here in page.locator(".bleed > [aria-current]").filter(visible=True).all():
        expect(here).to_be_in_viewport(ratio=1)


def test_the_first_stop_leads_past_the_masthead(open_context: Open, world: World) -> None:
    page = open_context().new_page()
    page.goto("/y-tuong")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "q"
