"""What every kind of file comes down to: named columns, and rows of cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from portal.importing.faults import Fault

MAX_CELL = 1_048_576


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


def check_columns(path: Path, header: Sequence[str]) -> tuple[str, ...]:
    """The names of a header. Raises Fault if there are none, or two alike."""
    columns = tuple(name.strip() for name in header)
    named = [name.casefold() for name in columns if name]
    if not named:
        raise Fault(f"{path} has no header: its first line must name the columns.", "no_header")
    if doubled := next((name for name in named if named.count(name) > 1), None):
        raise Fault(f"{path} has two columns called '{doubled}'. Rename one.", "doubled")
    return columns
