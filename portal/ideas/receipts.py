"""Proof of what an idea said at which time: its hash, and a seal that only this portal can have written.

A text that is published can no longer be patented as new, so an author may need to show how early they had it.
The hash is of the very bytes an author can download, confidential part included; it says nothing of them to others.
What came in when is a row (`portal.ideas.services.receiving`); the seal lets a receipt be checked even when that is gone.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from portal.accounts import secrets
from portal.ideas.models import IdeaReceipt
from portal.ideas.rules import TEXTS

_SHAPE = re.compile(r"(\d{1,19})-(\d{1,6})-(\d{8}T\d{6}Z)-([A-Z2-7]{16})")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_TIME = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True)
class Receipt:
    """`code` and `sha256` together can be checked by anybody."""

    idea_id: int
    number: int
    at: datetime
    sha256: str
    code: str


def text_of(texts: Mapping[str, Any]) -> bytes:
    """What is hashed: the texts as JSON, in the order of the form, one name a line; answers only if there are any."""
    told: dict[str, Any] = {name: texts.get(name) or "" for name in TEXTS}
    if kept := texts.get("answers"):
        told["answers"] = [{"question": one["label_vi"], "answer": one["text"]} for one in kept]
    return (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode()


def sha256_of(texts: Mapping[str, Any]) -> str:
    return hashlib.sha256(text_of(texts)).hexdigest()


def write(secret_key: str, row: IdeaReceipt) -> Receipt:
    at = row.at.astimezone(UTC).replace(microsecond=0)
    stamp = f"{row.idea_id}-{row.number}-{at.strftime(_TIME)}"
    code = f"{stamp}-{_seal(secret_key, stamp, row.sha256)}"
    return Receipt(row.idea_id, row.number, at, row.sha256, code)


def read(secret_key: str, code: str, sha256: str) -> Receipt | None:
    """What a receipt says; None if we never wrote this code for this hash."""
    code, sha256 = "".join(code.split()), "".join(sha256.split()).lower()
    parts = _SHAPE.fullmatch(code)
    if parts is None or not _SHA256.fullmatch(sha256):
        return None
    stamp = code.rpartition("-")[0]
    if not secrets.same(parts[4], _seal(secret_key, stamp, sha256)):
        return None
    at = datetime.strptime(parts[3], _TIME).replace(tzinfo=UTC)  # ours, as the seal says, so it is a time
    return Receipt(int(parts[1]), int(parts[2]), at, sha256, code)


def _seal(secret_key: str, stamp: str, sha256: str) -> str:
    return secrets.seal(secret_key, "idea receipt", f"{stamp}:{sha256}")
