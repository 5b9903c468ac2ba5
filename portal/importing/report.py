"""What an operator reads after an import: a line for each row that was refused or not wholly understood."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

from portal.errors import Fault
from portal.importing.services import Outcome
from portal.sheets import Sheet
from portal.text import excerpt

COLUMNS = ("row", "line", "outcome", "why", "text")


def many(count: int, what: str) -> str:
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"


class Report:
    """A CSV file, opened before the first row is written and deleted again if nothing is to be said."""

    def __init__(self, path: Path) -> None:
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self.handle = path.open("w", encoding=Sheet.ENCODING, newline="")
        except OSError as error:
            raise Fault(
                f"The report {path} cannot be written: {error.strerror}. Choose a place with --report."
            ) from error
        self.path = path
        self.sheet = Sheet(self.handle, COLUMNS)
        self.kinds: Counter[str] = Counter()
        self.reasons: Counter[str] = Counter()
        self.changed = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self.handle.close()
        if not self.is_needed:
            self.path.unlink()

    @property
    def is_needed(self) -> bool:
        return bool(self.reasons or self.changed)

    def write(self, outcomes: Iterable[Outcome]) -> None:
        for outcome in outcomes:
            self.kinds[outcome.kind] += 1
            if outcome.reason:
                self.reasons[outcome.reason] += 1
            elif outcome.why:
                self.changed += 1
            if outcome.why:
                word = outcome.kind if outcome.reason else "changed"
                self.sheet.write((outcome.row.number, outcome.row.line, word, outcome.why, excerpt(outcome.text)))
        self.handle.flush()

    def summary(self) -> list[str]:
        """The figures in words."""
        known = f", {self.kinds['known']:,} were there already" if self.kinds["known"] else ""
        lines = [f"{many(self.kinds['added'], 'idea')} added{known}, {many(self.kinds['refused'], 'row')} refused."]
        lines += [f"  {count:,} {reason}" for reason, count in self.reasons.most_common()]
        if self.changed:
            lines.append(f"  {self.changed:,} added without something that was not understood")
        if self.is_needed:
            lines.append(f"Row by row: {self.path}")
        return lines
