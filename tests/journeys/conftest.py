"""A whole portal as one process tree, and a real browser in front of it."""

from __future__ import annotations

import email
import email.policy
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.request import urlopen

import pytest
from playwright.sync_api import Browser, BrowserContext, sync_playwright

from portal.launcher import any_free_port

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
PHONE = {"width": 390, "height": 844}
LAPTOP = {"width": 1280, "height": 800}


def wait_for(look: Callable[[], object], seconds: float = 20, what: str = "it") -> object:
    """Look until there is something; tests wait for events, never for a time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.05)
    pytest.fail(f"waited {seconds} s for {what}")


@dataclass
class Portal:
    """A running portal, seen from outside: its address, its folder, its mailbox."""

    url: str
    var_dir: Path

    def letters(self, address: str) -> list[email.message.EmailMessage]:
        """Letters to an address, oldest first."""
        files = sorted((self.var_dir / "mailbox").glob("*.eml"), key=lambda file: file.stat().st_mtime)
        found = [email.message_from_bytes(file.read_bytes(), policy=email.policy.default) for file in files]
        return [letter for letter in found if letter["To"] and address in letter["To"]]

    def letter(self, address: str, about: str) -> email.message.EmailMessage:
        """The newest letter to `address` with `about` in its subject, as soon as it is there."""
        return wait_for(
            lambda: next((one for one in reversed(self.letters(address)) if about in one["Subject"]), None),
            what=f"a letter about “{about}” to {address}",
        )

    def code(self, address: str, number: int = 1) -> str:
        """The six digits of the `number`th sign-in letter to `address`."""

        def look() -> str | None:
            codes = [match[0] for one in self.letters(address) if (match := re.match(r"\d{6}", one["Subject"]))]
            return codes[number - 1] if len(codes) >= number else None

        return str(wait_for(look, what=f"code {number} for {address}"))

    def account(self, role: str) -> tuple[str, str]:
        """E-mail and password of a demonstration account."""
        for line in (self.var_dir / "demo-accounts.txt").read_text(encoding="utf-8").splitlines():
            if line.startswith(role):
                address, password = line.split()[-2:]
                return address, password
        pytest.fail(f"no demonstration account for {role}")


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    var_dir, port = tmp_path_factory.mktemp("journey"), any_free_port()
    env = {**os.environ, "VAR_DIR": str(var_dir), "PORT": str(port), "UNDO_WINDOW": "1", "LIMITS": "off"}
    env.pop("DATABASE_URL", None)
    env.pop("REDIS_URL", None)
    tree = subprocess.Popen([sys.executable, "-m", "portal", "up"], env=env)
    url = f"http://127.0.0.1:{port}"

    def answers() -> bool:
        if tree.poll() is not None:
            pytest.fail("the portal ended while starting")
        try:
            return bool(urlopen(f"{url}/livez", timeout=1))
        except OSError:
            return False

    wait_for(answers, 40, "the portal")
    yield Portal(url, var_dir)
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
