"""What a person asks about their data: a copy of it, or its erasure."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, deferred, mapped_column

from portal.database import Key, Model

ASKED_BY = ("member", "guardian", "operator", "silence")


class Erasure(Model):
    """A wish to be forgotten: asked, then cancelled or done when due. The row stays as the receipt, under a number."""

    __tablename__ = "erasure"
    __table_args__ = (CheckConstraint(f"asked_by IN {ASKED_BY}", name="asked_by"), Index(None, "due_at"))

    id: Mapped[Key]
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    asked_by: Mapped[str] = mapped_column(String(10))
    keep_ideas: Mapped[bool] = mapped_column(default=False)
    asked_at: Mapped[datetime]
    due_at: Mapped[datetime | None]  # none: cancelled or done
    cancelled_at: Mapped[datetime | None]
    done_at: Mapped[datetime | None]
    language: Mapped[str] = mapped_column(String(2))
    receipt_to: Mapped[str | None] = mapped_column(String(254))  # until the receipt has left


class DataCopy(Model):
    """A copy of somebody's data: asked for, made by the worker, fetched, and gone when it expires."""

    __tablename__ = "data_copy"
    __table_args__ = (Index(None, "expires_at"),)

    id: Mapped[Key]
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    asked_at: Mapped[datetime]
    next_at: Mapped[datetime | None]  # not before: the last try failed
    ready_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None]
    content: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))  # a zip file

    @classmethod
    def is_waiting(cls, now: datetime) -> ColumnElement[bool]:
        """For the worker, and not put off."""
        return cls.ready_at.is_(None) & (cls.next_at.is_(None) | (cls.next_at <= now))
