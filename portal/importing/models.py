"""Files of collected ideas that officers of units send in: each row, and what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, false, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import BigId, Key, Model

STATES = ("draft", "running", "done", "failed")
IS_RUNNING = text("state = 'running'")


class SentFile(Model):
    """draft (columns being chosen) -> running (the worker's) -> done or failed. `parts` maps parts of an idea to columns.

    `token` stands in the numbers of its authors, so that the same name in two files is two people. `attempts` counts
    how often in a row its next rows could not be added.
    """

    __tablename__ = "sent_file"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        Index("ix_sent_file_running", "id", postgresql_where=IS_RUNNING, sqlite_where=IS_RUNNING),
    )

    id: Mapped[Key]
    token: Mapped[str] = mapped_column(String(43))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    name: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(20))
    columns: Mapped[list[Any]]
    parts: Mapped[dict[str, Any]]
    field: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(8), default="draft")
    minors: Mapped[bool] = mapped_column(default=False, server_default=false())  # some authors are under age
    size: Mapped[int]  # rows
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    created_at: Mapped[datetime] = mapped_column(index=True)
    begun_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]


class SentRow(Model):
    """One row. `outcome` is empty until it is judged, in the same transaction that writes its idea.

    `faults` are (part, message, params); `twin_id` is an idea with a title like it that was there before.
    """

    __tablename__ = "sent_row"

    file_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("sent_file.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    line: Mapped[int]
    cells: Mapped[dict[str, Any]]
    fault: Mapped[str] = mapped_column(String(200), default="")
    outcome: Mapped[str | None] = mapped_column(String(8))  # added, known, refused, undone
    reason: Mapped[str] = mapped_column(String(12), default="")
    faults: Mapped[list[Any]] = mapped_column(default=list)
    title: Mapped[str] = mapped_column(String(120), default="")
    idea_id: Mapped[int | None] = mapped_column(BigId)
    twin_id: Mapped[int | None] = mapped_column(BigId)
