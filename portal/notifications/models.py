"""The letter: a row that is claimed, rendered, sent and marked. The row is the message; nothing else is. And who wants it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import BigId, Key, Model
from portal.notifications.categories import RHYTHMS

STEPS: dict[str, tuple[str, ...]] = {
    "pending": ("claimed", "cancelled", "sent"),  # sent: a server's yes that we could write down only later
    "claimed": ("sending", "pending", "dead", "uncertain", "cancelled", "sent"),
    "sending": ("sent", "pending", "dead", "uncertain"),
    "sent": (),
    "dead": (),
    "uncertain": (),
    "cancelled": (),
}
STATES = tuple(STEPS)
LIVE = ("pending", "claimed", "sending")
URGENT, USUAL, BULK = PRIORITIES = range(3)
"""Somebody waits for it at this moment; it tells of one thing; it is one of many. Each goes before the next."""

ENDED_BADLY = text("state IN ('dead', 'uncertain', 'cancelled')")
CAME_BACK = text("returned_at IS NOT NULL AND state = 'sent'")
IS_ANNOUNCED = text("announcement_id IS NOT NULL")
WAS_SENT = text("sent_at IS NOT NULL")
# Queries say these in the same words: only then are the partial indexes used.
IS_PENDING = text("state = 'pending'")
IS_HELD = text("state IN ('claimed', 'sending')")


class Letter(Model):
    """One letter to one person, on its way through STEPS.

    `payload` holds ids only. The address and the words are looked up at the moment of sending, so that a
    change of address, an erasure or an undone decision is honoured. `message_id` is fixed at birth: a
    letter that has to be sent twice is shown once by most mailboxes. `sending` is committed just before a message
    leaves that must not come twice, or whose lease may end meanwhile: after a kill we cannot know whether it left. The
    others may come twice, one for each sender, if the kill falls between a server's yes and our noting it.
    """

    __tablename__ = "letter"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint("delivery IN ('at_least_once', 'at_most_once')", name="delivery"),
        Index("ix_letter_due", "priority", "next_at", "id", postgresql_where=IS_PENDING, sqlite_where=IS_PENDING),
        Index("ix_letter_held", "lease_until", postgresql_where=IS_HELD, sqlite_where=IS_HELD),
        Index(None, "recipient_id", "id"),
        Index(None, "idea_id", "id"),
        Index("ix_letter_ended", "state", "id", postgresql_where=ENDED_BADLY, sqlite_where=ENDED_BADLY),
        Index("ix_letter_announcement", "announcement_id", postgresql_where=IS_ANNOUNCED, sqlite_where=IS_ANNOUNCED),
        Index("ix_letter_returned", "id", postgresql_where=CAME_BACK, sqlite_where=CAME_BACK),
        Index("ix_letter_sent", "sent_at", postgresql_where=WAS_SENT, sqlite_where=WAS_SENT),
    )

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(30))
    dedup_key: Mapped[str] = mapped_column(String(120), unique=True)
    recipient_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    idea_id: Mapped[int | None] = mapped_column(BigId)  # to be found by; it outlives the idea, so no foreign key
    announcement_id: Mapped[int | None] = mapped_column(BigId)  # of which it is one copy of many
    payload: Mapped[dict[str, Any]]
    delivery: Mapped[str] = mapped_column(String(14), default="at_least_once")
    priority: Mapped[int] = mapped_column(default=USUAL)  # of its kind; here so that an index finds what goes first
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
    address_key: Mapped[str | None] = mapped_column(String(64))  # by which a letter that comes back is counted
    returned_at: Mapped[datetime | None]  # when it came back, or its address was refused: it is counted once
    put_off_at: Mapped[datetime | None]  # when a server first said "later" to it


class LetterPause(Model):
    """The only row there can be (id 1): somebody has stopped the post."""

    __tablename__ = "letter_pause"

    id: Mapped[Key]
    by_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    at: Mapped[datetime]


class LetterTrouble(Model):
    """The only row there can be (id 1): the mail server does not talk to us, since when, and what it said last."""

    __tablename__ = "letter_trouble"

    id: Mapped[Key]
    at: Mapped[datetime]
    text: Mapped[str] = mapped_column(Text)


class LetterPreference(Model):
    """How often a member wants letters of a category. No row: the category's default.

    `since` is when they last wanted them again: what happened before is told in no letter.
    """

    __tablename__ = "letter_preference"
    __table_args__ = (CheckConstraint(f"rhythm IN {RHYTHMS}", name="rhythm"),)

    member_id: Mapped[int] = mapped_column(BigId, ForeignKey("member.id"), primary_key=True, autoincrement=False)
    category: Mapped[str] = mapped_column(String(20), primary_key=True)
    rhythm: Mapped[str] = mapped_column(String(6))
    since: Mapped[datetime | None]


class LetterRound(Model):
    """A round that gathers notices into letters: when it is due, and how far it has come (a member id).

    That of devices ("push") is one process's until `next_at`.
    """

    __tablename__ = "letter_round"

    name: Mapped[str] = mapped_column(String(12), primary_key=True)
    next_at: Mapped[datetime]
    after: Mapped[int] = mapped_column(BigId, default=0)


class ReturnedMail(Model):
    """An address that letters came back from, as a keyed hash. `dead_at`: nothing is sent there any more."""

    __tablename__ = "returned_mail"

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    soft: Mapped[int] = mapped_column(default=0)
    hard: Mapped[int] = mapped_column(default=0)
    last_at: Mapped[datetime]
    last_code: Mapped[str | None] = mapped_column(String(12))
    last_text: Mapped[str | None] = mapped_column(Text)
    dead_at: Mapped[datetime | None]
