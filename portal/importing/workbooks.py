"""The first sheet of an XLSX file. What unpacks to too much is not unpacked."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from contextlib import closing
from datetime import date, datetime
from functools import partial
from pathlib import Path
from typing import IO, Any

from openpyxl import load_workbook

from portal.errors import Fault
from portal.importing.columns import Line, below_heading
from portal.importing.rows import MAX_CELL, Row, Table, check_columns

MAGIC = b"PK\x03\x04"
LARGEST = 64 * 1024 * 1024
"""Bytes of the unpacked parts together: some 100,000 rows of prose."""
MOST_COLUMNS = 64
MOST_ROWS = 200_000
Source = Path | IO[bytes]


def open_workbook(path: Path) -> Table:
    """Read the first sheet through once. Raises Fault in one line if it cannot be imported as a whole."""
    _check_archive(path, LARGEST)
    header, lines = below_heading(_lines(path))
    columns = check_columns(path, header)
    size = sum(1 for _ in lines)
    if size == 0:
        raise Fault(f"{path} has a header and no rows.", "no_rows")
    return Table("XLSX", columns, size, lambda: _rows(below_heading(_lines(path))[1], columns))


def unfold(file: IO[bytes], most: int) -> Table:
    """The same of one that was sent, with at most so many bytes unpacked: its rows come once, and uncounted."""
    _check_archive(file, most)
    header, lines = below_heading(_lines(file))
    columns = check_columns("the file", header)
    return Table("XLSX", columns, 0, partial(_rows, lines, columns))


def _check_archive(path: Source, most: int) -> None:
    """Before anything is unpacked. A list of contents that lies is found out while reading: zipfile stops there."""
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError) as error:
        raise _unreadable(path) from error
    if sum(part.file_size for part in parts) > most:
        raise Fault(f"{path} unpacks to more than {most // 1024 // 1024} MB. Split it.", "too_large")


def _rows(lines: Iterable[Line], columns: tuple[str, ...]) -> Iterator[Row]:
    for number, (line, cells) in enumerate(lines, start=1):
        yield Row(number, line, {name: cell for name, cell in zip(columns, cells, strict=False) if name})


def _lines(path: Source) -> Iterator[Line]:
    """Each row that is not empty, with its number in the sheet."""
    try:
        with closing(load_workbook(path, read_only=True, data_only=True, keep_links=False)) as book:
            sheet = book.worksheets[0]
            sheet.reset_dimensions()  # what the file says of its size need not be so
            rows = sheet.iter_rows(max_row=MOST_ROWS, max_col=MOST_COLUMNS, values_only=True)
            for line, values in enumerate(rows, start=1):
                cells = [_text(path, value) for value in values]
                if any(cells):
                    yield line, cells
    except (Fault, MemoryError):
        raise
    except Exception as error:  # openpyxl raises whatever its parts do
        raise _unreadable(path) from error


def _text(path: Source, value: Any) -> str:
    """As a person sees it: 3 and not 3.0, a day and not a number."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time().isoformat() == "00:00:00" else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    text = str(value)
    if len(text) > MAX_CELL:
        raise Fault(f"{path}: a cell is larger than 1 MB.", "no_table")
    return text


def _unreadable(path: Source) -> Fault:
    return Fault(f"{path} is no workbook that can be read. Save it again as XLSX, or as 'CSV UTF-8'.", "no_table")
