"""What organisers tell many people at once: the words, whom they are for, and how far they have come."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import BigId, Key, Model

AUDIENCES = ("campaign", "field", "unit")
STATES = ("draft", "waiting", "sending", "sent", "stopped")
LOST_RIGHT = "right"  # its author may not write to these people any more
IS_SENDING = text("state = 'sending'")


class Announcement(Model):
    """draft -> waiting (for a second person) -> sending -> sent, or stopped at any time before.

    `audience` and `audience_id` say whom it is for; who that is, is asked while it goes out, member by member:
    `reached` is the highest member id that has been looked at. It is sending until the last letter has left (or will
    not leave); all of them are written from `written_at` on.
    """

    __tablename__ = "announcement"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint(f"audience IN {AUDIENCES}", name="audience"),
        Index("ix_announcement_sending", "id", postgresql_where=IS_SENDING, sqlite_where=IS_SENDING),
    )

    id: Mapped[Key]
    author_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    audience: Mapped[str] = mapped_column(String(10))
    audience_id: Mapped[int] = mapped_column(BigId)
    language: Mapped[str] = mapped_column(String(2), default="vi")
    subject: Mapped[str] = mapped_column(String(60))
    body: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(8), default="draft")
    counted: Mapped[int] = mapped_column(default=0)  # how many it was for when it was sent off
    written: Mapped[int] = mapped_column(default=0)
    tests: Mapped[int] = mapped_column(default=0)
    reached: Mapped[int] = mapped_column(BigId, default=0)
    created_at: Mapped[datetime]
    begun_at: Mapped[datetime | None]
    written_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    next_page_at: Mapped[datetime | None]  # not before then; empty until its first page is written
    cause: Mapped[str | None] = mapped_column(String(12))  # why it was stopped, if nobody did it: LOST_RIGHT
