"""What nearly every letter asks of the database, asked once for all the letters that a sender holds.

A letter's look-ups were a third of its cost. What was read for its neighbours counts for as long as a mail server
takes to accept one letter, so a letter leaves no later after its last look than it did with one of its own.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, bindparam
from sqlalchemy.orm import QueryableAttribute

from portal.database import ask
from portal.notifications.models import Letter

FRESH = 0.25  # seconds
Key = Callable[[Letter], Hashable]
"""Which row a letter will ask for; None if that is not known beforehand."""
Rows = dict[Hashable, list[Any]]


def _unknown(_letter: Letter) -> None:
    """Each letter asks when it comes to it."""


class Lookup:
    """A statement of columns, and the column it is looked up by. Made once: making one costs more than asking it."""

    def __init__(
        self, statement: Select[*tuple[Any, ...]], key: QueryableAttribute[Any], of: Key | None = None
    ) -> None:
        self.statement = statement.add_columns(key.label("looked_up")).where(key.in_(bindparam("keys", expanding=True)))
        self.of = of or _unknown

    def rows(self, key: Hashable, of: Key | None = None) -> Sequence[Any]:
        """Those of `key`. `of` says for which keys other letters will ask, if making this did not."""
        held = _held.get()
        return held.rows(self, key, of or self.of) if held else self.ask([key])[key]

    def first(self, key: Hashable) -> Any:
        """Or None."""
        return next(iter(self.rows(key)), None)

    def one(self, key: Hashable) -> Any:
        """Raises LookupError."""
        if (row := self.first(key)) is None:
            raise LookupError(f"nothing with the key {key!r}")
        return row

    def ask(self, keys: Iterable[Hashable]) -> Rows:
        found: Rows = {key: [] for key in keys}
        for row in ask(self.statement, {"keys": list(found)}):
            found[row.looked_up].append(row)
        return found


@dataclass
class Held:
    """The letters in a sender's hands, and what was read for them."""

    letters: Sequence[Letter]
    read_at: float = 0.0
    found: dict[Lookup, Rows] = field(default_factory=dict)

    def rows(self, lookup: Lookup, key: Hashable, of: Key) -> Sequence[Any]:
        if time.monotonic() - self.read_at > FRESH:
            self.read_at, self.found = time.monotonic(), {}
        if lookup not in self.found:
            self.found[lookup] = lookup.ask({key, *map(of, self.letters)} - {None})
        rows = self.found[lookup]
        if key not in rows:
            rows |= lookup.ask([key])
        return rows[key]


_held: ContextVar[Held | None] = ContextVar("letters held", default=None)


@contextmanager
def holding(letters: Sequence[Letter]) -> Iterator[None]:
    """While these are sent, one look-up is made for all of them."""
    token = _held.set(Held(letters))
    try:
        yield
    finally:
        _held.reset(token)
