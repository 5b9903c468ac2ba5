"""Files that anybody may have sent: a process with limits reads them, whatever they are, and its rows are what is kept."""

from __future__ import annotations

import json
from pathlib import PurePath
from threading import BoundedSemaphore

from portal import confined
from portal.errors import Fault
from portal.importing.rows import Row, Table
from portal.importing.tables import JSON_SUFFIXES

MEMORY, SECONDS, WAIT = 120 * 1024 * 1024, 5, 20.0
"""Bytes beyond the bare interpreter, seconds of CPU, seconds by the clock."""
MOST_BYTES = 24 * 1024 * 1024
"""Of the unpacked parts, and of the rows: five thousand of them with all that an idea may hold."""
MOST_ROWS = 5_000
MOST_COLUMNS = 64
"""Each is offered for each part of an idea."""
_one_at_a_time = BoundedSemaphore(1)  # in each process: a burst of files waits rather than fill the memory


def open_sent(content: bytes, name: str) -> Table:
    """The table in a file. Seconds of work, so never inside a transaction. Raises Fault, whose `kind` says why not."""
    is_json = PurePath(name).suffix.lower() in JSON_SUFFIXES
    figures = (MEMORY, SECONDS, MOST_BYTES, MOST_ROWS, MOST_COLUMNS, int(is_json))
    with _one_at_a_time:
        done = confined.run("portal.importing.unfold", content, WAIT, *figures)
    if done is None or done.returncode != 0:
        kind = done.stderr.decode("ascii", "replace") if done and done.returncode == 1 else "too_large"
        raise Fault("The file cannot be read within the limits.", kind)
    (kind, columns), *lines = map(json.loads, done.stdout.splitlines())
    rows = [Row(*line) for line in lines]
    return Table(kind, tuple(columns), len(rows), lambda: iter(rows))
