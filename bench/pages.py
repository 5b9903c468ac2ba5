"""What a page costs a cheap phone, as Chromium counts it: bytes and requests; how soon it shows, jumps, and answers.

Slow 4G as Lighthouse throttles it in a browser (562 ms to each answer, 1.33 Mbit/s) and a processor four times slower.
"""

from __future__ import annotations

import shutil
import statistics
import sys
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page, sync_playwright

from bench.start import running

PAGES = ("/", "/y-tuong", "idea", "/gui-y-tuong", "/en/y-tuong")
ROUNDS = 3
GOALS = {"first KB": 60, "requests": 6, "script KB": 25, "again KB": 12, "LCP s": 2.0, "CLS": 0.02, "INP ms": 150}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]
PHONE = {"width": 390, "height": 844}
SLOW_4G = {"offline": False, "latency": 562, "downloadThroughput": 166_000, "uploadThroughput": 84_000}
SLOWER_CPU = 4

WATCH = """
window.seen = {lcp: 0, cls: 0, inp: 0};
new PerformanceObserver(list => { for (const one of list.getEntries()) seen.lcp = one.startTime }).observe({type: 'largest-contentful-paint', buffered: true});
new PerformanceObserver(list => { for (const one of list.getEntries()) if (!one.hadRecentInput) seen.cls += one.value }).observe({type: 'layout-shift', buffered: true});
new PerformanceObserver(list => { for (const one of list.getEntries()) if (one.interactionId) seen.inp = Math.max(seen.inp, one.duration) }).observe({type: 'event', durationThreshold: 16, buffered: true});
"""


@dataclass
class Wire:
    """Bytes of a view by kind of resource, only of what came over the network."""

    session: CDPSession

    def __post_init__(self) -> None:
        self.clear()
        self.session.send("Network.enable")
        self.session.on("Network.responseReceived", self._began)
        self.session.on("Network.requestServedFromCache", lambda event: self.cached.add(event["requestId"]))
        self.session.on("Network.loadingFinished", self._ended)

    def clear(self) -> None:
        self.kinds: dict[str, str] = {}
        self.sizes: dict[str, float] = {}
        self.cached: set[str] = set()

    def _began(self, event: dict[str, Any]) -> None:
        self.kinds[event["requestId"]] = event["type"]

    def _ended(self, event: dict[str, Any]) -> None:
        self.sizes[event["requestId"]] = event["encodedDataLength"]

    def fetched(self, kind: str = "") -> list[float]:
        """Kilobytes of each."""
        return [
            size / 1024
            for key, size in self.sizes.items()
            if key not in self.cached and (not kind or self.kinds.get(key) == kind)
        ]


def view(browser: Browser, url: str) -> dict[str, float]:
    """One cold view on a slow phone, some use of the page, and a second view."""
    context = browser.new_context(viewport=PHONE, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.add_init_script(WATCH)
    session = context.new_cdp_session(page)
    wire = Wire(session)
    session.send("Network.emulateNetworkConditions", SLOW_4G)
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER_CPU})
    page.goto(url, wait_until="networkidle")
    figures = {
        "first KB": sum(wire.fetched()),
        "requests": len(wire.fetched()),
        "script KB": sum(wire.fetched("Script")),
        "LCP s": page.evaluate("seen.lcp") / 1000,
    }
    use(page)
    figures |= {"CLS": page.evaluate("seen.cls"), "INP ms": page.evaluate("seen.inp")}
    wire.clear()
    page.goto(url, wait_until="networkidle")
    figures["again KB"] = sum(wire.fetched())
    context.close()
    return figures


def told(figures: list[float]) -> str:
    """The best of a few rounds, and the middle one: what else runs on the machine only ever adds."""
    best, middle = min(figures), statistics.median(figures)
    return f"{best:.3g}" if best == middle else f"{best:.3g} ({middle:.3g})"


def use(page: Page) -> None:
    """What a reader does first: writes where one can, opens what is folded, goes through with the keyboard."""
    for box in page.locator("main :is(textarea, input[type=text], input[type=search], input.input):visible").all()[:2]:
        box.tap()
        page.keyboard.type("Trạm nước cho người giao hàng", delay=20)
    for fold in page.locator("main summary:visible").all()[:2]:
        fold.tap()
    for _ in range(5):
        page.keyboard.press("Tab")
    page.wait_for_timeout(1000)  # for what comes after a pause in typing


def main() -> None:
    binary = shutil.which("chromium") or shutil.which("google-chrome")
    if binary is None:
        sys.exit("no Chromium found")
    with running() as (_, base), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=binary, args=FLAGS)
        finder = browser.new_page()
        finder.goto(base + "/y-tuong")
        idea = str(finder.locator("article a").first.get_attribute("href"))
        finder.close()
        print("                ", "  ".join(f"{name} (≤ {goal})" for name, goal in GOALS.items()))
        for name in PAGES:
            seen = [view(browser, base + (idea if name == "idea" else name)) for _ in range(ROUNDS)]
            print(f"{name:14}", "  ".join(f"{figure} {told([one[figure] for one in seen])}" for figure in GOALS))
        browser.close()


if __name__ == "__main__":
    main()
