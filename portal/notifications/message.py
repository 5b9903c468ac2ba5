"""The bytes of a letter (RFC 5322, MIME), put together by hand.

The standard library parses and folds each header and encodes text in Python: that took half of the time of a letter.
What is written here is little, because our letters have one shape, and the tests read it with the standard library.
"""

from __future__ import annotations

from binascii import b2a_qp
from collections.abc import Mapping
from dataclasses import dataclass
from email.header import Header
from functools import lru_cache

BOUNDARY = "=_nay"  # RFC 2045, 6.7: what begins with "=_" cannot stand in quoted-printable text
LINE = 78
_HEAD = "".join(
    (
        "MIME-Version: 1.0\r\n",
        f'Content-Type: multipart/alternative; boundary="{BOUNDARY}"\r\n',
        "\r\n",
    )
)
_PART = "--{}\r\nContent-Type: text/{}; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
_PLAIN, _HTML = (_PART.format(BOUNDARY, subtype).encode() for subtype in ("plain", "html"))


Answer = tuple[int, bytes]
"""What a mail server says to a letter: the code, and its words."""


@dataclass(frozen=True)
class Message:
    """A letter ready to go: the envelope, and the bytes. `sender` is where it comes back to."""

    message_id: str
    sender: str
    recipient: str
    content: bytes


def compose(headers: Mapping[str, str], plain: str, html: str) -> bytes:
    """A letter as text and as HTML. Raises ValueError for a header that would become two."""
    head = "".join(f"{name}: {_value(name, value)}\r\n" for name, value in headers.items()) + _HEAD
    end = f"--{BOUNDARY}--\r\n".encode()
    return b"".join((head.encode("ascii"), _PLAIN, _encoded(plain), _HTML, _encoded(html), end))


@lru_cache(maxsize=64)  # many kinds have always the same subject
def words(text: str, header_name: str) -> str:
    """Words for a header, encoded and folded (RFC 2047)."""
    return Header(text, header_name=header_name).encode(linesep="\r\n")


def _value(name: str, value: str) -> str:
    """Of one header; folded after commas if it is long."""
    if not (value.isascii() and value.replace("\r\n ", "").isprintable()):
        raise ValueError(f"this cannot stand in a header: {name}")
    return value.replace(", ", ",\r\n ") if len(value) > LINE else value


def _encoded(text: str) -> bytes:
    """With one line end at the end: by the first that it sees, `b2a_qp` chooses those it makes."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n") + "\n"
    return b2a_qp(lines.replace("\n", "\r\n").encode())
