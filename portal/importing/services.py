"""Adds the rows of a file as ideas through the domain's front door, each once, however often the file is run."""

from __future__ import annotations

import hashlib
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Literal

from sqlalchemy import func, select

from portal.accounts import services as accounts
from portal.accounts.models import Member
from portal.database import db
from portal.errors import N_, Refusal
from portal.ideas import rules
from portal.ideas import services as ideas
from portal.ideas.models import Idea
from portal.ideas.rules import Content
from portal.importing.reading import Found, Reader
from portal.importing.rows import Row
from portal.rules import Invalid
from portal.units.queries import reference

SOURCE = "import"
LONGEST_NUMBER = 80
TURNSTILE = 20_263  # any number no other advisory lock has
PATIENCE = "60s"


@dataclass(frozen=True)
class Outcome:
    """What became of a row; `reason` sorts refusals, `why` tells the operator, also what was left out of a taken row.

    `faults` are what is wrong with each part, for those who read them on a page.
    """

    row: Row
    kind: Literal["added", "known", "refused"]
    reason: str = ""
    why: str = ""
    text: str = ""
    found: Found | None = None
    faults: Mapping[str, Refusal] = field(default_factory=dict)


class Import:
    """One run over one file. Its authors are members under the numbers '<name>:<author>'.

    `minors`: some of them are under age. Nobody knows which, so all are taken for it, and their ideas name the province.
    With `units` (codes) a row for any other unit is refused. With `hides_authors` nobody can tell from the number
    what stood in the author's column: there it may be a name. `first_row` is, by fingerprint, which rows earlier
    runs over this file took: a row like one of them is a duplicate, as one like a row of this run is.
    """

    def __init__(  # noqa: PLR0913  # a run is all of this
        self,
        reader: Reader,
        name: str,
        status: str,
        *,
        units: Container[str] | None = None,
        hides_authors: bool = False,
        minors: bool = False,
        first_row: Mapping[str, int] | None = None,
    ) -> None:
        self.reader = reader
        self.name = name
        self.status = status
        self.units = units
        self.hides_authors = hides_authors
        self.minors = minors
        self.first_row = dict(first_row or {})

    def add(self, rows: Sequence[Row], now: datetime) -> list[Outcome]:
        """Add a batch in the caller's transaction. If that fails, the same rows may be given again."""
        _take_turns()
        outcomes = self.judge(rows)
        new = [outcome.found for outcome in outcomes if outcome.found and outcome.kind == "added"]
        authors = self._authors(new, now)
        ideas.write([self._compose(one, authors[self._number(one)], now) for one in new])
        return outcomes

    def judge(self, rows: Sequence[Row]) -> list[Outcome]:
        """What `add` would say of these rows; nothing is written."""
        found = [None if row.fault else self.reader.read(row.cells) for row in rows]
        known = _known(one.fingerprint for one in found if one)
        return [self._judge(row, one, known) for row, one in zip(rows, found, strict=True)]

    def _compose(self, one: Found, author: Member, now: datetime) -> Idea:
        written = min(one.created or now, now)
        content = wide(one.content) if self.minors else one.content
        idea = ideas.compose(author, content, written, source=SOURCE, status=self.status, external_id=one.fingerprint)
        idea.place_then = one.place_then
        return idea

    def _judge(self, row: Row, found: Found | None, known: set[str]) -> Outcome:
        if found is None:
            return Outcome(row, "refused", "unreadable", row.fault)
        if found.is_empty:
            return Outcome(row, "refused", "empty", "there is no text in it")
        first = self.first_row.get(found.fingerprint, row.number)
        if first != row.number:
            return Outcome(row, "refused", "duplicate", f"the same text as row {first}", found.content.problem, found)
        if found.fingerprint not in known:
            try:
                self._check(found.content)
            except Invalid as invalid:
                return Outcome(row, "refused", *_faults(invalid), found.content.problem, found, invalid.errors)
        self.first_row[found.fingerprint] = row.number
        if found.fingerprint in known:
            return Outcome(row, "known", found=found)
        return Outcome(row, "added", why="; ".join(found.notes), text=found.content.problem, found=found)

    def _check(self, content: Content) -> None:
        """Raises Invalid."""
        if self.units is not None and content.unit not in self.units:
            raise Invalid({"unit": Refusal(N_("không thuộc quyền của bạn"))})
        rules.check(content, relaxed=True)

    def _authors(self, new: Sequence[Found], now: datetime) -> dict[str, Member]:
        """The member behind each author's number; those not met before are made, under a pseudonym."""
        wanted = {self._number(one): one.content.language or "vi" for one in new}
        met = select(Member).where(Member.external_id.in_(wanted))
        authors = {str(member.external_id): member for member in db.session.scalars(met)}
        for number, language in wanted.items():
            if number not in authors:
                name = accounts.free_name(language)
                authors[number] = accounts.add_member(
                    None, name, now, language=language, source=SOURCE, external_id=number, minor=self.minors
                )
        return authors

    def _number(self, found: Found) -> str:
        number = f"{self.name}:{found.author}"
        plain = len(number) <= LONGEST_NUMBER and not self.hides_authors
        return number if plain else "sha256:" + hashlib.sha256(number.encode()).hexdigest()


def wide(content: Content) -> Content:
    """In place of a school or commune the province it lies in."""
    known = reference()
    unit = known.unit_by_code.get(content.unit)
    place = known.place(unit.id) if unit else None
    return replace(content, unit=place.code) if place else content


def _take_turns() -> None:
    """Two imports at once go batch by batch, so that each sees what the other has added. SQLite has one writer anyway."""
    if db.engine.dialect.name == "postgresql":
        patience = (func.set_config(name, PATIENCE, True) for name in ("lock_timeout", "statement_timeout"))
        db.session.execute(select(*patience))
        db.session.execute(select(func.pg_advisory_xact_lock(TURNSTILE)))


def _known(fingerprints: Iterable[str]) -> set[str]:
    taken = db.session.scalars(select(Idea.external_id).where(Idea.external_id.in_(list(fingerprints))))
    return {number for number in taken if number}


def _faults(invalid: Invalid) -> tuple[str, str]:
    """The kind of refusal and its words."""
    lines = []
    for name, fault in invalid.errors.items():
        over, limit = fault.params.get("over"), fault.params.get("max")
        lines.append(f"the {name} is longer than {limit:,} characters, by {over:,}" if over else f"{name}: {fault}")
    too_long = all("over" in fault.params for fault in invalid.errors.values())
    return ("too long" if too_long else "invalid"), "; ".join(lines)
