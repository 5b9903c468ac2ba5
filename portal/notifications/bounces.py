"""What comes back by mail: reports of letters that could not be delivered (RFC 3464), and wishes to get no more.

A letter's return address names it: bounces+<id>.<mac>@…; only we can make the mac, so nobody can kill an address
they do not know. Where a server lost that, the Message-ID of the letter in the report names it as well.
"""

from __future__ import annotations

import hmac
import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message
from typing import Any

from sqlalchemy import select

from portal.accounts import secrets
from portal.database import db
from portal.notifications.models import Letter
from portal.text import normalise

log = logging.getLogger(__name__)
MAC = 12  # hexadecimal digits
OF_SMTP = {550: "5.1.1", 551: "5.1.6", 552: "5.2.2", 553: "5.1.3"}
"""What a bare code means at RCPT (RFC 5321), for servers without enhanced ones."""
OUR_FAULT = ("5.1.7", "5.1.8", "5.1.20", "5.1.90")
"""What they do not like is the sender's address; Exchange Online also says so if From is twice or a quota is used up."""
NO_MAILBOX = ("5.0.0", "5.2.1", "5.4.4")
_RETURN = re.compile(r"\+(\d{1,18})\.([0-9a-f]+)@")
_STATUS = re.compile(r"(?<![\w.])([245]\.\d{1,3}\.\d{1,3})(?!\.?\d)")  # and no part of an IP address
_WISH = re.compile(r"^\s*huy\s+([\w.-]+)\s*$", re.IGNORECASE)
_TO = ("To", "Delivered-To", "X-Original-To", "Envelope-To")


@dataclass(frozen=True)
class Returned:
    """A letter that came back. `code` is the enhanced status (RFC 3463), such as 5.1.1; `hard` as in `is_hard`."""

    letter_id: int
    hard: bool | None
    code: str
    text: str


@dataclass(frozen=True)
class Mail:
    """The letters that a report says did not arrive, or the ticket of a wish for no more (List-Unsubscribe offers it)."""

    returned: Sequence[Returned] = ()
    wish: str | None = None


def return_address(bounce_address: str, secret_key: str, letter_id: int) -> str:
    """The envelope sender of a letter."""
    name, _, domain = bounce_address.partition("@")
    return f"{name}+{letter_id}.{_mac(secret_key, letter_id)}@{domain}"


def read(raw: bytes, secret_key: str) -> Mail:
    """What a mail says; nothing, if it is no report and no wish, or not about our letters."""
    try:
        message = message_from_bytes(raw)  # in the old way, which takes headers as they are: strangers write them
        letter_id, message_id = _named_by_address(message, secret_key), _returned_message_id(message)
        failures, wish = list(_failures(message)), _wish(message)
    except Exception:  # whatever a mail does to a parser, the next one is to be read
        log.exception("a mail to the return address cannot be read")
        return Mail()
    letter_id = letter_id or (letter_of(message_id) if message_id else None)
    found = [Returned(letter_id, hard=is_hard(code), code=code, text=text) for code, text in failures if letter_id]
    return Mail(found, wish)


def is_hard(status: str) -> bool | None:
    """Whether an enhanced status says that an address is no good for good, or for now (people tidy up full mailboxes).

    None: it says nothing of the address. Our server is blocked, say, or the letter is not liked.
    """
    if status.startswith("4."):
        return False
    if status in NO_MAILBOX or (status.startswith("5.1.") and status not in OUR_FAULT):
        return True
    return False if status.startswith("5.2.") else None


def status_of(code: int | None, words: str) -> str:
    """The enhanced status of a server's refusal of a recipient, or one that fits its bare code."""
    found = _STATUS.search(words)
    return found[1] if found else OF_SMTP.get(code or 0, "5.7.0")


def letter_of(message_id: str) -> int | None:
    """The letter with this Message-ID, with or without its brackets."""
    name = normalise(message_id).strip("<>")
    return db.session.scalar(select(Letter.id).where(Letter.message_id == f"<{name}>"))


def _failures(message: Message) -> Iterator[tuple[str, str]]:
    """(status, words) of each recipient a report gives up. One that is only put off may still get it."""
    for part in message.walk():
        if part.get_content_type() != "message/delivery-status":
            continue
        for block in _blocks(part):
            action = str(block.get("Action", "")).strip().lower()
            status = _STATUS.search(str(block.get("Status", "")))
            if status and action == "failed":
                words = str(block.get("Diagnostic-Code", "")).partition(";")[2]
                yield status[1], normalise(words)[:300]


def _blocks(part: Message) -> Iterable[Any]:
    payload = part.get_payload()
    return payload if isinstance(payload, list) else []


def _named_by_address(message: Message, secret_key: str) -> int | None:
    for header in _TO:
        for value in message.get_all(header, []):
            found = _RETURN.search(str(value))
            if found and hmac.compare_digest(found[2], _mac(secret_key, int(found[1]))):
                return int(found[1])
    return None


def _returned_message_id(message: Message) -> str | None:
    """From the letter, or its headers, that the report brings back."""
    for part in message.walk():
        if name := _returned(part)["Message-ID"]:
            return str(name)
    return None


def _returned(part: Message) -> Any:
    """The letter a part brings back, or an empty one."""
    if part.get_content_type() == "message/rfc822" and part.is_multipart():
        return part.get_payload(0)
    headers = part.get_payload(decode=True) if part.get_content_type() == "text/rfc822-headers" else b""
    return message_from_bytes(headers if isinstance(headers, bytes) else b"")


def _wish(message: Message) -> str | None:
    """A program may have encoded the subject, or broken it into lines."""
    subject = str(message["Subject"] or "")
    with suppress(HeaderParseError, LookupError, ValueError):
        subject = str(make_header(decode_header(subject)))
    found = _WISH.match(subject)
    return found[1] if found else None


def _mac(secret_key: str, letter_id: int) -> str:
    return secrets.keyed(secret_key, "return address", str(letter_id))[:MAC]
