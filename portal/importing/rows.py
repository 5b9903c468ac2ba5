"""What every kind of file comes down to: named columns, and rows of cells."""

from __future__ import annotations

import io
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from portal.errors import Fault

MAX_CELL = 1_048_576


@dataclass(frozen=True)
class Memory:
    """A file that was sent, in place of its path: for a process that may open none."""

    content: bytes
    suffix: str = ""

    def open(self, mode: str = "r", *, encoding: str | None = None, newline: str | None = None) -> IO[Any]:
        raw = io.BytesIO(self.content)
        return raw if "b" in mode else io.TextIOWrapper(raw, encoding=encoding, newline=newline)

    def is_dir(self) -> bool:
        return False

    def __str__(self) -> str:
        return "the file"


Source = Path | Memory


@dataclass(frozen=True)
class Row:
    """One row. `number` counts rows from 1, `line` is where it begins in the file; `fault` says why it is unreadable."""

    number: int
    line: int
    cells: dict[str, str]
    fault: str = ""


@dataclass(frozen=True)
class Table:
    """A file that has passed the checks of the whole. `rows` reads it anew each time."""

    kind: str
    columns: tuple[str, ...]
    size: int
    rows: Callable[[], Iterator[Row]]


def check_columns(path: object, header: Sequence[str]) -> tuple[str, ...]:
    """The names of a header. Raises Fault if there are none, or two alike."""
    columns = tuple(name.strip() for name in header)
    named = [name.casefold() for name in columns if name]
    if not named:
        raise Fault(f"{path} has no header: its first line must name the columns.", "no_header")
    doubled, times = Counter(named).most_common(1)[0]
    if times > 1:
        raise Fault(f"{path} has two columns called '{doubled}'. Rename one.", "doubled")
    return columns
