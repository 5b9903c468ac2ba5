"""One vote per member and idea; the key of the table is the rule."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import BigId, Model


class Vote(Model):
    """No foreign keys: this is the busiest table; `ideabank check` looks for strays."""

    __tablename__ = "vote"
    __table_args__ = (Index(None, "member_id", "created_at", "idea_id"), {"sqlite_with_rowid": False})

    idea_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    member_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    created_at: Mapped[datetime]


class SupportGoal(Model):
    """The highest goal an idea has come to: of each its unit is told once, however often it is crossed again."""

    __tablename__ = "support_goal"

    idea_id: Mapped[int] = mapped_column(BigId, ForeignKey("idea.id"), primary_key=True, autoincrement=False)
    goal: Mapped[int]  # votes
    at: Mapped[datetime]


class HeldVote(Model):
    """A child's vote while the guardian has not answered: in no count, and private to the child."""

    __tablename__ = "held_vote"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012  # SQLAlchemy's own name

    member_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    idea_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    created_at: Mapped[datetime]
