"""Where a list goes on: the sort, the key and the id of the last row, in a string that means nothing to others."""

from __future__ import annotations

import base64
import binascii
import json
import math
from datetime import UTC, datetime
from typing import Any, NamedTuple

from portal.errors import BadCursor

ID_MAX = 2**63 - 1
SECONDS_MAX = 2**32


class Cursor(NamedTuple):
    """`tier` is 0 unless a search puts better matches first."""

    sort: str
    tier: int
    key: float | datetime
    id: int


def encode(cursor: Cursor) -> str:
    key = int(cursor.key.timestamp()) if isinstance(cursor.key, datetime) else cursor.key
    packed = json.dumps([cursor.sort, cursor.tier, key, cursor.id], separators=(",", ":"))
    return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")


def decode(encoded: str, sort: str) -> Cursor:
    """Raises BadCursor for anything `encode` did not make for this sort."""
    try:
        packed = base64.b64decode(encoded.encode("ascii") + b"=" * (-len(encoded) % 4), altchars=b"-_", validate=True)
        its_sort, tier, key, id_ = json.loads(packed)
    except (UnicodeError, binascii.Error, ValueError, TypeError, RecursionError) as error:
        raise BadCursor from error
    whole = _is_whole(tier, 9) and _is_whole(id_, ID_MAX)
    if its_sort != sort or not whole or not _is_key(key, sort):
        raise BadCursor
    return Cursor(sort, tier, datetime.fromtimestamp(key, UTC) if sort == "new" else key, id_)


def _is_whole(value: Any, most: int) -> bool:
    return type(value) is int and 0 <= value <= most


def _is_key(value: Any, sort: str) -> bool:
    if sort == "trending":
        return type(value) in {int, float} and math.isfinite(value) and abs(value) < ID_MAX
    return _is_whole(value, SECONDS_MAX)
