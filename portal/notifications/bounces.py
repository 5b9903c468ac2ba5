"""What comes back by mail: reports of letters that could not be delivered (RFC 3464), and wishes to get no more.

A letter's return address names it: bounces+<id>.<mac>@…; only we can make the mac, so nobody can kill an address
they do not know. Where a server lost that, the Message-ID of the letter in the report names it as well.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from sqlalchemy import select

from portal.accounts import secrets
from portal.database import db
from portal.notifications.models import Letter

MAC = 12  # hexadecimal digits
FULL_MAILBOX = "5.2.2"  # said as if for good, but people tidy up
_RETURN = re.compile(r"\+(\d{1,18})\.([0-9a-f]+)@")
_STATUS = re.compile(r"\b([245]\.\d{1,3}\.\d{1,3})\b")
_WISH = re.compile(r"^\s*huy\s+([\w.-]+)\s*$", re.IGNORECASE)
_TO = ("To", "Delivered-To", "X-Original-To", "Envelope-To")


@dataclass(frozen=True)
class Returned:
    """A letter that came back. `code` is the enhanced status (RFC 3463), such as 5.1.1."""

    letter_id: int
    hard: bool
    code: str
    text: str


def return_address(bounce_address: str, secret_key: str, letter_id: int) -> str:
    """The envelope sender of a letter."""
    name, _, domain = bounce_address.partition("@")
    return f"{name}+{letter_id}.{_mac(secret_key, letter_id)}@{domain}"


def read(raw: bytes, secret_key: str) -> list[Returned]:
    """The letters that a report says did not arrive; none if it is no report, or not about our letters."""
    message = message_from_bytes(raw, policy=policy.default)
    letter_id = _named_by_address(message, secret_key) or _named_by_message_id(message)
    if letter_id is None:
        return []
    return [Returned(letter_id, hard=_is_hard(code), code=code, text=text) for code, text in _failures(message)]


def wish(raw: bytes) -> str | None:
    """The ticket of a mail that asks for no more letters: its subject says so, as List-Unsubscribe offers."""
    found = _WISH.match(str(message_from_bytes(raw, policy=policy.default)["Subject"] or ""))
    return found[1] if found else None


def letter_of(message_id: str) -> int | None:
    """The letter with this Message-ID, with or without its brackets."""
    name = message_id.strip().strip("<>")
    return db.session.scalar(select(Letter.id).where(Letter.message_id == f"<{name}>"))


def _failures(message: EmailMessage) -> Iterator[tuple[str, str]]:
    """(status, words) of each recipient a report gives up or puts off."""
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        for block in _blocks(part):
            action = str(block.get("Action", "")).strip().lower()
            status = _STATUS.search(str(block.get("Status", "")))
            if status and action in {"failed", "delayed"}:
                words = str(block.get("Diagnostic-Code", "")).partition(";")[2].strip()
                yield ("4.0.0" if action == "delayed" else status[1]), " ".join(words.split())[:300]


def _blocks(part: Any) -> Iterable[Any]:
    payload = part.get_payload()
    return payload if isinstance(payload, list) else []


def _is_hard(code: str) -> bool:
    return code.startswith("5.") and code != FULL_MAILBOX


def _named_by_address(message: EmailMessage, secret_key: str) -> int | None:
    for header in _TO:
        for value in message.get_all(header, []):
            found = _RETURN.search(str(value))
            if found and hmac.compare_digest(found[2], _mac(secret_key, int(found[1]))):
                return int(found[1])
    return None


def _named_by_message_id(message: EmailMessage) -> int | None:
    """From the letter, or its headers, that the report brings back."""
    for part in message.walk():
        name = _returned(part)["Message-ID"]
        if name:
            return letter_of(str(name))
    return None


def _returned(part: Any) -> Any:
    """The letter a part brings back, or an empty one."""
    if part.get_content_type() == "message/rfc822":
        return part.get_payload(0)
    headers = part.get_payload(decode=True) if part.get_content_type() == "text/rfc822-headers" else b""
    return message_from_bytes(headers or b"", policy=policy.default)


def _mac(secret_key: str, letter_id: int) -> str:
    return secrets.keyed(secret_key, "return address", str(letter_id))[:MAC]
