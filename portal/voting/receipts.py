"""What a voter can keep to show that a vote was taken: an HMAC over member, idea and time. No other table, no chain.

Only its owner can check it, so it proves nothing to a buyer of votes or to a curious classmate.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime

from portal.accounts import secrets

_SHAPE = re.compile(r"(\d{1,19})-([0-9a-z]{1,12})-([A-Z2-7]{16})")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


@dataclass(frozen=True)
class Receipt:
    """What a right receipt says: this member supported the idea at that time."""

    idea_id: int
    at: datetime


def write(secret_key: str, member_id: int, idea_id: int, at: datetime) -> str:
    """'18-1jk2m0x9z3-K7QF2M9DABCDEFGH': the idea, the microsecond, the seal."""
    moment = _microseconds(at)
    return f"{idea_id}-{_base36(moment)}-{_seal(secret_key, member_id, idea_id, moment)}"


def read(secret_key: str, member_id: int, typed: str) -> Receipt | None:
    """What a receipt says; None if we never wrote it for this member."""
    parts = _SHAPE.fullmatch("".join(typed.split()))
    if parts is None:
        return None
    idea_id, moment = int(parts[1]), int(parts[2], 36)
    if not secrets.same(parts[3], _seal(secret_key, member_id, idea_id, moment)):
        return None
    return Receipt(idea_id, datetime.fromtimestamp(moment / 1_000_000, UTC))


def _seal(secret_key: str, member_id: int, idea_id: int, moment: int) -> str:
    return secrets.seal(secret_key, "vote receipt", f"{member_id}:{idea_id}:{moment}")


def _microseconds(at: datetime) -> int:
    whole = at.astimezone(UTC).replace(microsecond=0)
    return int(whole.timestamp()) * 1_000_000 + at.microsecond


def _base36(number: int) -> str:
    letters = ""
    while number:
        number, digit = divmod(number, 36)
        letters = _DIGITS[digit] + letters
    return letters or "0"
