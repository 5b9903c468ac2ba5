"""The table of facts, written in the transaction of the change that caused them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Key, Model

OPEN, RELAYED, DEAD = "open", "relayed", "dead"
IS_OPEN, IS_DEAD = text("state = 'open'"), text("state = 'dead'")
"""Queries say it in these words too: only then are the partial indexes used."""


class Fact(Model):
    """A recorded fact. open -> relayed, or dead after too many failed reactions."""

    __tablename__ = "fact"
    __table_args__ = (
        CheckConstraint("state IN ('open', 'relayed', 'dead')", name="state"),
        Index("ix_fact_dead", "id", postgresql_where=IS_DEAD, sqlite_where=IS_DEAD),
        Index("ix_fact_due", "next_at", "id", postgresql_where=IS_OPEN, sqlite_where=IS_OPEN),
    )

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(60))
    payload: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(String(10), default=OPEN)
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]
    created_at: Mapped[datetime]
    relayed_at: Mapped[datetime | None]
    last_error: Mapped[str | None] = mapped_column(Text)
