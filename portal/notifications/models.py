"""The letter: a row that is claimed, rendered, sent and marked. The row is the message; nothing else is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Key, Model

STATES = ("pending", "claimed", "sending", "sent", "dead", "uncertain", "cancelled")
LIVE = ("pending", "claimed", "sending")
LIVE_ONLY: dict[str, Any] = {
    "postgresql_where": text(f"state IN {LIVE}"),
    "sqlite_where": text(f"state IN {LIVE}"),
}


class Letter(Model):
    """pending -> claimed -> sending -> sent, or back to pending, or dead, uncertain, cancelled.

    `payload` holds ids only. The address and the words are looked up at the moment of sending, so that a
    change of address, an erasure or an undone decision is honoured. `message_id` is fixed at birth: a
    letter that has to be sent twice is shown once by most mailboxes.
    """

    __tablename__ = "letter"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("delivery IN ('at_least_once', 'at_most_once')", name="delivery"),
        Index("ix_letter_due", "next_at", "id", **LIVE_ONLY),
        Index(None, "recipient_id", "id"),
    )

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(30))
    dedup_key: Mapped[str] = mapped_column(String(120), unique=True)
    recipient_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    payload: Mapped[dict[str, Any]]
    delivery: Mapped[str] = mapped_column(String(14), default="at_least_once")
    message_id: Mapped[str] = mapped_column(String(120), unique=True)
    state: Mapped[str] = mapped_column(String(10), default="pending")
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]
    lease_until: Mapped[datetime | None]
    owner: Mapped[str | None] = mapped_column(String(60))
    last_code: Mapped[int | None]
    last_text: Mapped[str | None] = mapped_column(Text)
    repeat_risk: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
