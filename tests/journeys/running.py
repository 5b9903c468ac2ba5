"""A running portal as people outside see it: its address, its folder, its mailbox."""

from __future__ import annotations

import email
import email.policy
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

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
