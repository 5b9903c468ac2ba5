"""How many statements a page costs: `with count_queries() as counted: …; assert counted.n <= 5`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Engine, event

_NOT_COUNTED = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT", "PRAGMA", "SELECT CLOCK_TIMESTAMP()")


@dataclass
class Counted:
    """The statements seen, in order; a failed assertion shows them."""

    statements: list[str] = field(default_factory=list)

    @property
    def n(self) -> int:
        return len(self.statements)


@contextmanager
def count_queries() -> Iterator[Counted]:
    """Count what is sent to any database while the block runs, transaction control and looks at its clock left out."""
    counted = Counted()

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.lstrip().upper().startswith(_NOT_COUNTED):
            counted.statements.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield counted
    finally:
        event.remove(Engine, "before_cursor_execute", note)
