"""A CSV, JSONL or XLSX file as rows of named cells. Everything wrong with the whole file is found before any row is used."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from portal.errors import Fault
from portal.importing import workbooks
from portal.importing.columns import Line, below_heading
from portal.importing.rows import MAX_CELL, Row, Source, Table, check_columns

DELIMITERS = (",", ";", "\t", "|")
DELIMITER_NAMES = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}
JSON_SUFFIXES = (".jsonl", ".ndjson", ".json")
MAGIC = {
    b"\xff\xfe": "is UTF-16. Save it as UTF-8 and import that.",
    b"\xfe\xff": "is UTF-16. Save it as UTF-8 and import that.",
}


def open_table(path: Path) -> Table:
    """An operator's own file, read through once. Raises Fault in one line if it cannot be imported as a whole.

    What others have sent is for `sent.open_sent`.
    """
    return workbooks.open_workbook(path) if is_workbook(path) else open_text(path)


def open_text(path: Source) -> Table:
    """The same of CSV and JSON lines."""
    _check_bytes(path)
    return _open_json(path) if _is_json(path) else _open_csv(path)


def is_workbook(path: Source) -> bool:
    try:
        with path.open("rb") as handle:
            return bool(handle.read(4) == workbooks.MAGIC)
    except OSError:  # what is the matter is said below
        return False


def _check_bytes(path: Source) -> None:
    if path.is_dir():
        raise Fault(f"{path} is a directory. Give a CSV or JSONL file.")
    try:
        with path.open("rb") as handle:
            start = handle.read(4)
            if not start:
                raise Fault(f"{path} is empty.", "no_rows")
            for magic, advice in MAGIC.items():
                if start.startswith(magic):
                    raise Fault(f"{path} {advice}", "encoding")
            handle.seek(0)
            for number, line in enumerate(handle, start=1):
                _check_line(path, number, line)
    except FileNotFoundError as error:
        raise Fault(f"There is no file {path}.") from error
    except OSError as error:
        raise Fault(f"{path} cannot be read: {error.strerror}.") from error


def _check_line(path: Source, number: int, line: bytes) -> None:
    if b"\0" in line:
        raise Fault(f"{path} is not a text file: line {number} holds a NUL byte. Give a CSV or JSONL file.", "no_table")
    try:
        line.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Fault(
            f"{path} is not UTF-8: line {number}, byte {error.start + 1}. Save it as 'CSV UTF-8', or convert it: "
            f"iconv -f WINDOWS-1258 -t UTF-8.",
            "encoding",
        ) from error


def _is_json(path: Source) -> bool:
    if path.suffix.lower() in JSON_SUFFIXES:
        return True
    with path.open(encoding="utf-8-sig") as handle:
        return handle.read(1) == "{"


# --- JSONL --------------------------------------------------------------------------------------


def _open_json(path: Source) -> Table:
    columns: dict[str, None] = {}
    size = 0
    for row in _json_rows(path):
        if size == 0 and row.fault:
            raise Fault(
                f"{path} is not JSONL: line {row.line} is {row.fault}. Give one JSON object a line.", "no_table"
            )
        size += 1
        columns |= dict.fromkeys(row.cells)
        _check_cells(path, row)
    if not columns:
        raise Fault(f"{path} holds no rows.", "no_rows")
    return Table("JSONL", tuple(columns), size, partial(_json_rows, path))


def _json_rows(path: Source) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig", newline="\n") as handle:
        number = 0
        for line, text in enumerate(handle, start=1):
            if text.strip():
                number += 1
                yield _json_row(number, line, text)


def _json_row(number: int, line: int, text: str) -> Row:
    try:
        values = json.loads(text)
    except (ValueError, RecursionError):  # a number may also have more digits than Python reads
        return Row(number, line, {}, "not JSON")
    if not isinstance(values, dict):
        return Row(number, line, {}, "not a JSON object")
    return Row(number, line, {key: _json_cell(value) for key, value in values.items()})


def _json_cell(value: object) -> str:
    if isinstance(value, str):
        return value
    return "" if value is None else json.dumps(value, ensure_ascii=False)


# --- CSV ----------------------------------------------------------------------------------------


def _open_csv(path: Source) -> Table:
    delimiter = max(DELIMITERS, key=lambda mark: _width(path, mark))
    columns = check_columns(path, _header(path, delimiter))
    size = 0
    for row in _csv_rows(path, delimiter, columns):
        size += 1
        _check_cells(path, row)
    if size == 0:
        raise Fault(f"{path} has a header and no rows.", "no_rows")
    kind = f"CSV with {DELIMITER_NAMES[delimiter]}"
    return Table(kind, columns, size, partial(_csv_rows, path, delimiter, columns))


def _width(path: Source, delimiter: str) -> int:
    """How many columns the header has with this mark; none if its quotation marks then make no sense."""
    try:
        return len(_header(path, delimiter))
    except Fault:
        return 0


def _header(path: Source, delimiter: str) -> Sequence[str]:
    header, _ = below_heading(_records(path, delimiter))
    if not header:
        raise Fault(f"{path} is empty.", "no_rows")
    return header


def _csv_rows(path: Source, delimiter: str, columns: tuple[str, ...]) -> Iterator[Row]:
    _, records = below_heading(_records(path, delimiter))
    for number, (line, cells) in enumerate(records, start=1):
        fault = ""
        if len(cells) > len(columns):
            fault = f"{len(cells)} cells where the header has {len(columns)} (a text without quotation marks?)"
        yield Row(number, line, {name: cell for name, cell in zip(columns, cells, strict=False) if name}, fault)


def _records(path: Source, delimiter: str) -> Iterator[Line]:
    """Each record with the line it begins in; empty lines are passed over."""
    with path.open(encoding="utf-8-sig", newline="") as handle, _cells_up_to(MAX_CELL):
        reader = csv.reader(handle, delimiter=delimiter, strict=True)
        begins = 1
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise Fault(
                    f"{path} is not CSV: {_cause(error)} in the row that begins in line {begins}.", "no_table"
                ) from error
            if cells:
                yield begins, cells
            begins = reader.line_num + 1


def _cause(error: csv.Error) -> str:
    words = str(error)
    if "field larger" in words:
        return "a cell of more than 1 MB (a quotation mark that is never closed?)"
    if "unexpected end" in words:
        return "a quotation mark that is never closed"
    if "expected after" in words:
        return "text after a closing quotation mark (write a quotation mark inside a text twice)"
    return words


@contextmanager
def _cells_up_to(length: int) -> Iterator[None]:
    """The csv module keeps its limit for the whole process."""
    before = csv.field_size_limit(length)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _check_cells(path: Source, row: Row) -> None:
    for name, cell in row.cells.items():
        if len(cell) > MAX_CELL:
            raise Fault(f"{path}, line {row.line}: the cell '{name}' is larger than 1 MB.", "no_table")
