"""Lists of public ideas as files: asked for, made by the worker page by page, fetched, gone when they expire."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, deferred, mapped_column

from portal.database import BigId, Key, Model

FORMATS = ("csv", "xlsx", "jsonl")
IS_WAITING = text("ready_at IS NULL")
MOST_ATTEMPTS = 3


class Export(Model):
    """`words` are those of the list's address. Without a member it is the open data: everything, for everybody.

    `after` is the cursor of the next page, so a worker goes on where another was killed. A list that is whole becomes
    a workbook at `build_at`. `attempts` counts how often in a row the next step did not work.
    """

    __tablename__ = "export"
    __table_args__ = (
        CheckConstraint(f"format IN {FORMATS}", name="format"),
        Index("ix_export_waiting", "id", postgresql_where=IS_WAITING, sqlite_where=IS_WAITING),
    )

    id: Mapped[Key]
    token: Mapped[str] = mapped_column(String(43), unique=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    words: Mapped[dict[str, Any]]
    format: Mapped[str] = mapped_column(String(5))
    total: Mapped[int] = mapped_column(default=0)
    written: Mapped[int] = mapped_column(default=0)
    pages: Mapped[int] = mapped_column(default=0)
    after: Mapped[str | None] = mapped_column(String(400))
    attempts: Mapped[int] = mapped_column(default=0, server_default="0")
    asked_at: Mapped[datetime]
    build_at: Mapped[datetime | None]
    ready_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None] = mapped_column(index=True)
    content: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))  # a workbook, which is made whole

    @property
    def is_given_up(self) -> bool:
        """Not while a worker may still be at its last try. To look at a page this machine's clock will do."""
        is_over = self.build_at is None or self.build_at <= datetime.now(UTC)
        return self.ready_at is None and self.attempts >= MOST_ATTEMPTS and is_over


class ExportPage(Model):
    """Some ideas as (id, version). What they say is read when somebody fetches it, so that nothing hidden leaves."""

    __tablename__ = "export_page"

    export_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("export.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    ideas: Mapped[list[Any]]
