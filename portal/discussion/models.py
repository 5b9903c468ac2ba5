"""Comments on ideas, with one level of replies."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Member
from portal.database import Key, Model


class Comment(Model):
    __tablename__ = "comment"
    __table_args__ = (
        CheckConstraint("status IN ('waiting', 'published', 'hidden', 'removed')", name="status"),
        Index(None, "idea_id", "id"),
        Index(None, "member_id", "id"),
    )

    id: Mapped[Key]
    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id"))
    body: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(12), default="published")
    created_at: Mapped[datetime]
    member: Mapped[Member] = relationship(lazy="raise")
