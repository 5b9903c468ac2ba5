"""Ids from outside: a number no row can have is a page that is not there, not a fault of the database."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from flask import request
from werkzeug.routing import IntegerConverter

from portal.database import Place
from portal.errors import BadCursor

ID_MAX = 2**63 - 1
SECONDS_MAX = 2**32
VERSION_MAX = 2**31 - 1
_PLACE = re.compile(r"(\d{1,10})\.(\d{6})-(\d{1,19})")


class RowId(IntegerConverter):
    """`<int:…>` in every address of the portal."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max": ID_MAX, **kwargs})


def row_id(text: str | None) -> int | None:
    """An id in a query or a form; None for whatever is not one."""
    if not text or len(text) > 19 or not text.isascii() or not text.isdigit():
        return None
    return int(text) if int(text) <= ID_MAX else None


def version(text: str | None) -> int:
    """The version of a row in a form; 0, which no row has, for whatever is none."""
    found = row_id(text) or 0
    return found if found < VERSION_MAX else 0


def read_after() -> int | None:
    """The id a list is asked to go on after; None for its beginning. Raises BadCursor for what is no id."""
    asked = request.args.get("after")
    found = row_id(asked)
    if asked and found is None:
        raise BadCursor
    return found


def write_place(place: Place | None) -> str | None:
    """'1767225600.000017-18', for `after` in an address; None at the end of a list."""
    return place and f"{int(place[0].replace(microsecond=0).timestamp())}.{place[0].microsecond:06}-{place[1]}"


def read_place() -> Place | None:
    """The place a list is asked to go on from; None for its beginning. Raises BadCursor for what is none."""
    asked = request.args.get("after")
    if not asked:
        return None
    parts = _PLACE.fullmatch(asked) if asked.isascii() else None
    if parts is None or int(parts[1]) > SECONDS_MAX or int(parts[3]) > ID_MAX:
        raise BadCursor
    return datetime.fromtimestamp(int(parts[1]), UTC).replace(microsecond=int(parts[2])), int(parts[3])
