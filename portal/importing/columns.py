"""Which columns of a file become which parts of an idea: guessed from their names, corrected by the operator."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain, islice, zip_longest

from portal import text
from portal.errors import Fault

Line = tuple[int, Sequence[str]]
"""A number, and cells."""
Plan = Mapping[str, tuple[str, ...]]
"""Part of an idea -> the columns it is read from; several are joined by a colon."""

NAMES: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "ten", "tenytuong", "tieude", "name"),
    "summary": ("summary", "tomtat"),
    "problem": (
        "problem",
        "vande",
        "vandebanthay",
        "thuctrang",
        "text",
        "noidung",
        "body",
        "content",
        "description",
        "mota",
    ),
    "solution": ("solution", "giaiphap", "idea", "ytuong", "ytuongcuaban"),
    "start": ("start", "batdau", "batdauthenao"),
    "impact": ("impact", "tacdong", "loiich", "aiduocloi"),
    "confidential": ("confidential", "phankin"),
    "author": ("author", "authorid", "userid", "tacgia", "nguoiviet", "hoten", "hovaten"),
    "created": ("created", "createdat", "createdms", "date", "ngay", "ngaygui"),
    "language": ("language", "lang", "ngonngu"),
    "field": ("field", "linhvuc"),
    "unit": ("unit", "donvi", "tinh", "tinhthanhdonvi", "province"),
}
BODIES = ("problem", "solution", "summary", "title")
HEADING = 10
"""Lines that may stand above the names of the columns: what the list is, whose, and when."""
LOOKED_AT = 64
"""Cells of a line: a million would take long."""
POLIS = ("conversation", "comment_id", "author_id")


def plan(columns: Sequence[str], wishes: str = "") -> Plan:
    """The guess, overruled by `wishes` ('title=text,author=author_id'). Raises Fault if no text would be read."""
    return settle({**guess(columns), **_read(wishes, columns)}, columns)


def settle(parts: Plan, columns: Sequence[str]) -> Plan:
    """A plan in which some column tells the problem. Raises Fault if no text would be read."""
    parts = {part: names for part, names in parts.items() if names}
    body = next((part for part in BODIES if part in parts), None)
    if body is None:
        named = [name for name in columns if name]
        raise Fault(
            f"No column is known to hold a text; the columns are: {', '.join(named)}. "
            f"Say which, for example --map problem='{named[0]}'."
        )
    if body != "problem":  # a source with one text: it is kept whole in the problem
        parts["problem"] = parts[body] if body == "title" else parts.pop(body)
    return parts


def guess(columns: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Each part with the column whose name sounds like it."""
    folded = {text.fold(name).replace(" ", ""): name for name in reversed(columns)}
    parts: dict[str, tuple[str, ...]] = {}
    for part, names in NAMES.items():
        if known := next((folded[name] for name in names if name in folded), None):
            parts[part] = (known,)
    if set(POLIS) <= set(columns):
        parts["author"] = ("conversation", "author_id")  # Pol.is numbers the people of each conversation from 0
    return parts


def below_heading(lines: Iterator[Line]) -> tuple[Sequence[str], Iterator[Line]]:
    """The cells that name the columns, and the lines after them: the first that name a text, or else the first there are."""
    passed = []
    for line in islice(lines, HEADING):
        if any(body in guess(line[1][:LOOKED_AT]) for body in BODIES):
            return _in_two_lines(line[1], lines)
        passed.append(line)
    return (passed[0][1] if passed else ()), chain(passed[1:], lines)


def _in_two_lines(names: Sequence[str], lines: Iterator[Line]) -> tuple[Sequence[str], Iterator[Line]]:
    """Where a name spans several columns, the line below tells them apart; the others keep the name above."""
    below = next(lines, None)
    if below is None:
        return names, lines
    both = [low or high for high, low in zip_longest(names, below[1], fillvalue="")]
    if len(guess(both[:LOOKED_AT])) > len(guess(names[:LOOKED_AT])):
        return both, lines
    return names, chain([below], lines)


def _read(wishes: str, columns: Sequence[str]) -> dict[str, tuple[str, ...]]:
    read: dict[str, tuple[str, ...]] = {}
    for wish in filter(None, (part.strip() for part in wishes.split(","))):
        part, equals, names = (side.strip() for side in wish.partition("="))
        if not equals or part not in NAMES:
            raise Fault(f"--map: '{wish}' is not PART=COLUMN with a part of {', '.join(NAMES)}.")
        read[part] = tuple(_column(name.strip(), columns) for name in names.split("+")) if names else ()
    return read


def _column(name: str, columns: Sequence[str]) -> str:
    if name in columns:
        return name
    for column in columns:
        if column.casefold() == name.casefold():
            return column
    raise Fault(f"--map: there is no column '{name}'; the columns are: {', '.join(filter(None, columns))}.")


def cell(cells: Mapping[str, str], names: Sequence[str]) -> str:
    return ":".join(cells.get(name) or "" for name in names)


def describe(parts: Plan, columns: Sequence[str]) -> list[str]:
    """The plan as lines to look over before anything is written."""
    lines = [f"  {part:<12} <- {' + '.join(names)}" for part, names in parts.items()]
    if "title" not in parts:
        lines.insert(0, f"  {'title':<12} <- the beginning of {parts['problem'][0]}")
    used = {name for names in parts.values() for name in names}
    if unused := [name for name in columns if name and name not in used]:
        lines.append(f"  {'not used':<12}    {', '.join(unused)}")
    return lines
