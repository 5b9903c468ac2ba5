"""CSV that people open in a spreadsheet: nothing a member typed may run there as a formula."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable
from typing import IO, Any

FORMULA_STARTS = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")
"""Also as a keyboard for East Asian scripts writes them: some programs take those for the same."""
_NEW_CELL = re.compile(r"([;\t|\r\n][;|\s\"]*+)([=+\-@＝＋－＠]?)")
"""Where a program that takes another mark than the comma for the end of a cell begins one, and a formula in it."""


def safe(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula gets an apostrophe before it; a number stays a number."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


def _safe_cut_anywhere(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    return _NEW_CELL.sub(lambda found: f"{found[1]}'{found[2]}" if found[2] else found[0], safe(value))


class Sheet:
    """Writes rows under a header. The file should be opened as UTF-8 with a signature, or Excel garbles Vietnamese."""

    ENCODING = "utf-8-sig"

    def __init__(self, handle: IO[str], columns: Iterable[str]) -> None:
        self.writer = csv.writer(handle, lineterminator="\n", quoting=csv.QUOTE_ALL)
        self.writer.writerow(columns)

    def write(self, cells: Iterable[Any]) -> None:
        self.writer.writerow([_safe_cut_anywhere(value) for value in cells])
