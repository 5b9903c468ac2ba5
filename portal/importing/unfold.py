"""Run as a process of its own: a file on stdin becomes lines of JSON on stdout, its kind and columns, then each row.

The arguments are bytes of memory, seconds of CPU, most bytes of rows, most rows, most columns, and 1 for JSON lines.
Or nothing comes of it, and stderr says what is wrong in a word of `Fault.kind`.
"""

from __future__ import annotations

import io
import json
import sys
from typing import Any

from portal import confined
from portal.errors import Fault

LINES_A_ROW = 100
"""More is not read at all: so many lines nobody writes into the cells of a row."""


def main() -> int:
    memory, seconds, *most, is_json = map(int, sys.argv[1:7])
    confined.limit(memory, seconds)
    try:
        _unfold(sys.stdin.buffer.read(), ".jsonl" if is_json else "", *most)
    except (Fault, MemoryError) as error:
        sys.stderr.write(getattr(error, "kind", "too_large"))
        return 1
    return 0


def _unfold(content: bytes, suffix: str, most_bytes: int, most_rows: int, most_columns: int) -> None:
    from portal.importing import tables, workbooks  # noqa: PLC0415  # after the limits
    from portal.importing.rows import Memory  # noqa: PLC0415

    if content.count(b"\n") > most_rows * LINES_A_ROW and not content.startswith(workbooks.MAGIC):
        raise Fault(f"The file has more than {most_rows} rows.", "too_long")
    file = Memory(content, suffix)
    table = workbooks.unfold(io.BytesIO(content), most_bytes) if tables.is_workbook(file) else tables.open_text(file)
    if len(table.columns) > most_columns:
        raise Fault(f"The file has more than {most_columns} columns.", "too_wide")
    size, number = _write(table.kind, table.columns), 0
    for row in table.rows():
        number = row.number
        if number > most_rows:
            raise Fault(f"The file has more than {most_rows} rows.", "too_long")
        size += _write(row.number, row.line, row.cells, row.fault)
        if size > most_bytes:
            raise Fault("The rows are larger than anybody wants to look through.", "too_large")
    if number == 0:
        raise Fault("The file has a header and no rows.", "no_rows")


def _write(*values: Any) -> int:
    return sys.stdout.buffer.write(json.dumps(values, ensure_ascii=False).encode("utf-8", "replace") + b"\n")


if __name__ == "__main__":
    sys.exit(main())
