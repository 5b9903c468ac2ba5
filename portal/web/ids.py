"""Ids from outside: a number no row can have is a page that is not there, not a fault of the database."""

from __future__ import annotations

from typing import Any

from flask import request
from werkzeug.routing import IntegerConverter

from portal.errors import BadCursor

ID_MAX = 2**63 - 1


class RowId(IntegerConverter):
    """`<int:…>` in every address of the portal."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"max": ID_MAX, **kwargs})


def row_id(text: str | None) -> int | None:
    """An id in a query or a form; None for whatever is not one."""
    if not text or len(text) > 19 or not text.isascii() or not text.isdigit():
        return None
    return int(text) if int(text) <= ID_MAX else None


def read_after() -> int | None:
    """The id a list is asked to go on after; None for its beginning. Raises BadCursor for what is no id."""
    asked = request.args.get("after")
    if asked and row_id(asked) is None:
        raise BadCursor
    return row_id(asked)
