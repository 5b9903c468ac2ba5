"""CSV that people open in a spreadsheet: nothing a member typed may run there as a formula."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from typing import IO, Any

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def safe(value: Any) -> Any:
    """A text that a spreadsheet would take for a formula gets an apostrophe before it; a number stays a number."""
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value


class Sheet:
    """Writes rows under a header. The file should be opened as UTF-8 with a signature, or Excel garbles Vietnamese."""

    ENCODING = "utf-8-sig"

    def __init__(self, handle: IO[str], columns: Iterable[str]) -> None:
        self.writer = csv.writer(handle, lineterminator="\n")
        self.writer.writerow(columns)

    def write(self, cells: Iterable[Any]) -> None:
        self.writer.writerow([safe(value) for value in cells])
