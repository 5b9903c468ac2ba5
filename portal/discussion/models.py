"""Comments on ideas, with one level of replies; and who follows an idea."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, false
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Member
from portal.database import BigId, Key, Model


class Comment(Model):
    __tablename__ = "comment"
    __table_args__ = (
        CheckConstraint("status IN ('waiting', 'published', 'hidden', 'removed')", name="status"),
        Index(None, "idea_id", "id"),
        Index(None, "member_id", "id"),
        Index(None, "parent_id", "id"),
    )

    id: Mapped[Key]
    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id"))
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id"))
    body: Mapped[str] = mapped_column(Text)
    status: Mapped[str] = mapped_column(String(12), default="published")
    created_at: Mapped[datetime]
    edited_at: Mapped[datetime | None]
    helpful: Mapped[bool] = mapped_column(default=False, server_default=false())  # says an author of the idea
    member: Mapped[Member] = relationship(lazy="raise")


class Follow(Model):
    """A member wants to hear of an idea. `automatic` if it began with a comment and not by a wish.

    No foreign keys: popular ideas have very many; `ideabank check` looks for strays.
    """

    __tablename__ = "follow"
    __table_args__ = (Index(None, "member_id", "created_at", "idea_id"), {"sqlite_with_rowid": False})

    idea_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    member_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    created_at: Mapped[datetime]
    automatic: Mapped[bool] = mapped_column(default=False)


REPORT_REASONS = ("spam", "offensive", "privacy", "danger", "copy", "other")


class Report(Model):
    """Somebody's word that a person should look at an idea or a comment. Once per member and thing.

    Before its writer signs in it belongs to the browser (`visitor`) and nobody acts on it. `upheld` is what came of
    it; None as long as it is open, and for good if the thing was gone before anybody had judged it.
    """

    __tablename__ = "report"
    __table_args__ = (
        CheckConstraint(f"reason IN {REPORT_REASONS}", name="reason"),
        Index(None, "member_id", "subject", unique=True),
        Index(None, "visitor", "subject", unique=True),
        Index(None, "subject", "id"),
    )

    id: Mapped[Key]
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    visitor: Mapped[str | None] = mapped_column(String(43))
    subject: Mapped[str] = mapped_column(String(40))  # "idea:12", "comment:9"
    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id"), index=True)
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id"), index=True)
    reason: Mapped[str] = mapped_column(String(12))
    note: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[datetime]
    upheld: Mapped[bool | None]
    settled_at: Mapped[datetime | None]
