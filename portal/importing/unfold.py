"""Run as a process of its own: an XLSX file on stdin becomes its rows on stdout, one JSON array a line: number, cells.

The arguments are bytes of memory and seconds. Or nothing comes of it, and stderr says what is wrong in a word of
`Fault.kind`.
"""

from __future__ import annotations

import io
import json
import sys

from portal import confined


def main() -> int:
    confined.limit(*map(int, sys.argv[1:3]))
    from portal.importing import workbooks  # noqa: PLC0415  # after the limits
    from portal.importing.faults import Fault  # noqa: PLC0415

    size = 0
    try:
        for row in workbooks.rows_of(io.BytesIO(sys.stdin.buffer.read())):
            size += sys.stdout.buffer.write(json.dumps(row, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
            workbooks.check_size(size)
    except (Fault, MemoryError) as error:
        sys.stderr.write(getattr(error, "kind", "too_large"))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
