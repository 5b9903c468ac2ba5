"""A whole portal as one process tree, and a real browser in front of it."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from portal.launcher import any_free_port
from portal.notices import push
from tests.journeys.running import PHONE, Portal, wait_for
from tests.journeys.steps import sign_in
from tests.journeys.world import World, build
from tests.portal.notices.push_service import PushService

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture(scope="session")
def push_service() -> Iterator[PushService]:
    service = PushService()
    yield service
    service.stop()


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory, push_service: PushService) -> Iterator[Portal]:
    var_dir, port = tmp_path_factory.mktemp("journey"), any_free_port()
    env = {**os.environ, "VAR_DIR": str(var_dir), "PORT": str(port), "UNDO_WINDOW": "1", "LIMITS": "off"}
    url = env["BASE_URL"] = f"http://localhost:{port}"  # passkeys want a name, not a number
    env |= {"VAPID_PRIVATE_KEY": push.new_private_key(), "PUSH_HOSTS": push_service.host, "QUIET_HOURS": "off"}
    env.pop("DATABASE_URL", None)
    env.pop("REDIS_URL", None)
    tree = subprocess.Popen([sys.executable, "-m", "portal", "up"], env=env)

    def answers() -> bool:
        if tree.poll() is not None:
            pytest.fail("the portal ended while starting")
        try:
            return bool(urlopen(f"{url}/livez", timeout=1))
        except OSError:
            return False

    try:
        wait_for(answers, 90, "the portal")
        yield Portal(url, var_dir)
    finally:  # also if it was slow to start: nothing is left running
        tree.send_signal(signal.SIGTERM)
        tree.wait(20)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    binary = next((path for name in CHROMIUM if (path := shutil.which(name))), None)
    if binary is None:
        message = "NO BROWSER: the stories were not run. Install chromium."
        if os.environ.get("IDEABANK_REQUIRE_BROWSER"):
            pytest.fail(message)
        pytest.skip(message)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=binary, args=list(FLAGS))
        yield running
        running.close()


@pytest.fixture(scope="module")
def member(browser: Browser, portal: Portal) -> Any:
    """What the browser of somebody signed in remembers."""
    context = browser.new_context(base_url=portal.url)
    sign_in(context.new_page(), portal, "member")
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture(scope="session")
def world(browser: Browser, portal: Portal) -> World:
    return build(browser, portal)


@pytest.fixture
def open_context(browser: Browser, portal: Portal) -> Iterator[Callable[..., BrowserContext]]:
    """open_context(javascript=False, viewport=PHONE): a browser of a new person."""
    opened = []

    def make(*, javascript: bool = True, viewport: dict[str, int] | None = None, **options: object) -> BrowserContext:
        context = browser.new_context(
            base_url=portal.url, java_script_enabled=javascript, viewport=viewport or PHONE, locale="vi-VN", **options
        )
        context.set_default_timeout(8000)
        opened.append(context)
        return context

    yield make
    for context in opened:
        context.close()
