"""One row of a file as the content of an idea: which text goes where, who wrote it and when."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property

from portal import text
from portal.ideas.rules import PROBLEM, TITLE, Content
from portal.importing.columns import Plan, cell
from portal.settings import ZONE
from portal.units.former import former_provinces
from portal.units.queries import reference

TITLE_AT = 80
QUOTED = 40
OUR_TIMES = ("%d/%m/%Y", "%d/%m/%Y %H:%M", "%d-%m-%Y")
MILLISECONDS_FROM = 100_000_000_000
FIRST_YEAR = 1900  # an empty date of some program, and nobody's idea
OTHER_SCRIPT = re.compile(r"[^\W\u0000-\u024f\u0300-\u036f\u1e00-\u1eff]")
FINGERPRINTED = ("title", "summary", "problem", "solution", "start", "impact")


@dataclass(frozen=True)
class Found:
    """What a row says. `created` is None if it does not say when, `author` is empty if it does not say who.

    `missed` is what was not understood and left out, by part. `place_then` is a province of before the mergers of 2025,
    if it names one: the idea belongs to today's, and shows both.
    """

    content: Content
    author: str
    created: datetime | None
    missed: tuple[tuple[str, str], ...]
    place_then: str = ""

    @property
    def notes(self) -> tuple[str, ...]:
        """What was left out, in words for an operator."""
        return tuple(
            f"'{value}' is not a time" if part == "created" else f"there is no {part} '{value}'"
            for part, value in self.missed
        )

    @property
    def is_empty(self) -> bool:
        return not self.content.problem

    @cached_property
    def fingerprint(self) -> str:
        """The same for the same words, however they are written: the number under which the idea is kept."""
        whole = "\n".join(_same(getattr(self.content, name)) for name in FINGERPRINTED)
        return "text:" + hashlib.sha256(whole.encode()).hexdigest()


class Reader:
    """Reads the rows of one file. What a column says goes before the field, language and unit given for the file."""

    def __init__(self, plan: Plan, *, field: str, language: str = "", unit: str = "") -> None:
        self.plan = plan
        self.otherwise = {"field": field, "unit": unit, "language": language}
        self.codes = _codes()

    def read(self, cells: Mapping[str, str]) -> Found:
        given = {part: text.normalise(cell(cells, names), lines=True) for part, names in self.plan.items()}
        missed: list[tuple[str, str]] = []
        place_then = ""
        created = _moment(given.get("created", ""))
        if given.get("created") and created is None:
            missed.append(("created", given["created"][:QUOTED]))
        for part, otherwise in self.otherwise.items():
            wish = given.get(part, "")
            found = self.codes[part].get(text.fold(wish))
            if part == "unit" and not found:
                place_then, found = former_provinces().get(text.fold(wish), ("", None))
            if wish and not found:
                missed.append((part, wish[:QUOTED]))
            given[part] = found or otherwise
        return Found(Content.read(_placed(given)), given.get("author", ""), created, tuple(missed), place_then)


def _codes() -> dict[str, dict[str, str]]:
    """Fields, units and languages by every name they go by."""
    known = reference()
    names: dict[str, list[tuple[str, tuple[str, ...]]]] = {
        "field": [(one.code, (one.code, one.name_vi, one.name_en, one.short_vi, one.short_en)) for one in known.fields],
        "unit": [(one.code, (one.code, one.name_vi, one.name_en, one.office_vi)) for one in known.units],
        "language": [
            ("vi", ("vi", "vie", "vi-VN", "Tiếng Việt", "Vietnamese")),
            ("en", ("en", "eng", "en-GB", "en-US", "English")),
        ],
    }
    return {part: {text.fold(name): code for code, ways in pairs for name in ways} for part, pairs in names.items()}


def _placed(given: dict[str, str]) -> dict[str, str]:
    """Each text where it fits whole. The only text there is tells the problem, and gives the title if that is missing."""
    problem, summary, solution = (given.get(part, "") for part in ("problem", "summary", "solution"))
    if not problem and solution:
        problem, solution = solution, ""
    elif not problem:
        problem, summary = summary or given.get("title", ""), ""
    elif summary and not solution and len(problem) > PROBLEM.max:
        problem, solution, summary = summary, problem, ""
    title = TITLE.clean(given.get("title"))
    if not title or (len(title) > TITLE.max and title == TITLE.clean(problem)):
        title = beginning(problem)
    return given | {"title": title, "summary": summary, "problem": problem, "solution": solution}


def beginning(source: str) -> str:
    """The first 80 characters in one line, cut at a word."""
    line = TITLE.clean(source)
    if len(line) <= TITLE_AT:
        return line
    return (line[: TITLE_AT + 1].rpartition(" ")[0] or line[:TITLE_AT]).rstrip(" ,;:.–-") + "…"


def _same(source: str) -> str:
    """Folded. A text in a script that folding would drop is compared as it stands."""
    plain = text.normalise(source).casefold()
    return plain if OTHER_SCRIPT.search(plain) else text.fold(plain) or plain


def _moment(source: str) -> datetime | None:
    """A time as files write it: ISO 8601, Unix seconds or milliseconds, 31/12/2026. Without a zone it is Vietnam's."""
    try:
        moment = _unix(source) if source.isdecimal() and len(source) > len("20261231") else _iso_or_ours(source)
        moment = (moment if moment.tzinfo else moment.replace(tzinfo=ZONE)).astimezone(UTC)
    except (ValueError, OverflowError, OSError):  # at the ends of the calendar no other zone has that day
        return None
    return moment if moment.year >= FIRST_YEAR else None


def _unix(source: str) -> datetime:
    number = int(source)
    return datetime.fromtimestamp(number / 1000 if number > MILLISECONDS_FROM else number, UTC)


def _iso_or_ours(source: str) -> datetime:
    for pattern in OUR_TIMES:
        try:
            return datetime.strptime(source, pattern)  # noqa: DTZ007  # the zone is added by the caller
        except ValueError:
            continue
    return datetime.fromisoformat(source)
