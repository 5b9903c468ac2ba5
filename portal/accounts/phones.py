"""A member's telephone number, for portals that must know one (Decree 147/2024): the table, and who still lacks one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, select, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.accounts.models import CODE_TRIES, Member
from portal.database import Key, Model, db
from portal.settings import current_settings

IS_TO_SEND = text("next_at IS NOT NULL")


class Phone(Model):
    """A number a member typed; theirs once the six digits of the message came back. The digits are derived from `token`.

    `next_at` is when the message is to be handed to the gateway; None when it was, or never will be.
    """

    __tablename__ = "phone"
    __table_args__ = (
        Index("ix_phone_to_send", "next_at", postgresql_where=IS_TO_SEND, sqlite_where=IS_TO_SEND),
        Index(None, "number"),
    )

    id: Mapped[Key]
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    number: Mapped[str] = mapped_column(String(16))  # E.164
    token: Mapped[str] = mapped_column(String(43))
    language: Mapped[str] = mapped_column(String(2))
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    next_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    sent_at: Mapped[datetime | None]
    refused_at: Mapped[datetime | None]  # the gateway will never take it
    verified_at: Mapped[datetime | None]

    def takes_codes(self, now: datetime) -> bool:
        return self.verified_at is None and self.tries < CODE_TRIES and self.expires_at > now

    @property
    def shown(self) -> str:
        """'0912 ••• 678': enough for its owner."""
        return f"0{self.number[3:6]} ••• {self.number[-3:]}"


def lacks_one(member: Member) -> bool:
    """Whether this portal asks for a number and the member has proven none: they read, and write nothing yet."""
    return bool(current_settings().phone_verification) and verified(member.id) is None


def verified(member_id: int) -> Phone | None:
    mine = select(Phone).where(Phone.member_id == member_id, Phone.verified_at.is_not(None))
    return db.session.scalars(mine.order_by(Phone.id.desc()).execution_options(populate_existing=True)).first()


def latest(member_id: int) -> Phone | None:
    """The number that waits for its code, or that was verified last."""
    mine = select(Phone).where(Phone.member_id == member_id).order_by(Phone.id.desc())
    return db.session.scalars(mine.execution_options(populate_existing=True)).first()


def oldest_due(now: datetime) -> datetime | None:
    """Since when a message waits to be handed over."""
    due = select(Phone.next_at).where(IS_TO_SEND, Phone.next_at <= now, Phone.expires_at > now)
    return db.session.scalars(due.order_by(Phone.next_at)).first()
