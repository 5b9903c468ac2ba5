"""What a first and a repeated view cost a phone: kilobytes on the wire and requests, counted by Chromium itself."""

from __future__ import annotations

import shutil
import signal
import sys
import tempfile

from playwright.sync_api import CDPSession, Page, sync_playwright

from bench.start import up

PAGES = ("/", "/y-tuong", "idea", "/gui-y-tuong", "/en/y-tuong")
GOAL_FIRST, GOAL_REPEAT, GOAL_REQUESTS = 60.0, 12.0, 6
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"]


def view(page: Page, wire: CDPSession, url: str) -> tuple[float, int]:
    """Open a page; returns kilobytes received and requests that reached the server."""
    seen: dict[str, float] = {}
    cached: set[str] = set()

    def finished(event: dict[str, object]) -> None:
        seen[str(event["requestId"])] = float(str(event["encodedDataLength"]))

    def from_cache(event: dict[str, object]) -> None:
        cached.add(str(event["requestId"]))

    wire.on("Network.loadingFinished", finished)
    wire.on("Network.requestServedFromCache", from_cache)
    page.goto(url, wait_until="networkidle")
    wire.remove_listener("Network.loadingFinished", finished)
    wire.remove_listener("Network.requestServedFromCache", from_cache)
    fetched = {key: size for key, size in seen.items() if key not in cached}
    return sum(fetched.values()) / 1024, len(fetched)


def main() -> None:
    binary = shutil.which("chromium") or shutil.which("google-chrome")
    if binary is None:
        sys.exit("no Chromium found")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        tree, _ = up(folder)
        port = open(f"/proc/{tree.pid}/environ").read().split("PORT=")[1].split("\0")[0]
        base = f"http://127.0.0.1:{port}"
        browser = playwright.chromium.launch(executable_path=binary, args=FLAGS)
        for name in PAGES:
            context = browser.new_context(viewport={"width": 390, "height": 844})
            page = context.new_page()
            wire = context.new_cdp_session(page)
            wire.send("Network.enable")
            url = base + name
            if name == "idea":
                finder = browser.new_page()
                finder.goto(base + "/y-tuong")
                url = base + str(finder.locator("article a").first.get_attribute("href"))
                finder.close()
            kilobytes, requests = view(page, wire, url)
            again, _ = view(page, wire, url)
            print(
                f"{name:14} first {kilobytes:5.1f} KB ({kilobytes / GOAL_FIRST:.0%} of {GOAL_FIRST:g}), "
                f"{requests} requests (of {GOAL_REQUESTS}); again {again:4.1f} KB ({again / GOAL_REPEAT:.0%} of {GOAL_REPEAT:g})"
            )
            context.close()
        browser.close()
        tree.send_signal(signal.SIGTERM)
        tree.wait()


if __name__ == "__main__":
    main()
