"""How the desk is set in this installation: its letters, its rules, and how right those were."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import Key, Model


class ReplyTemplate(Model):
    """A letter to begin with, as this installation words it, in place of the one that `replies` brings."""

    __tablename__ = "reply_template"
    __table_args__ = (UniqueConstraint("outcome", "reason", "language"),)

    id: Mapped[Key]
    outcome: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(20))
    language: Mapped[str] = mapped_column(String(2))
    body: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    at: Mapped[datetime]


RULE_STATES = ("on", "advice", "off")


class TriageRule(Model):
    """How a rule is set here, if not simply on. As advice it orders and explains, and hides no comment by itself.

    `words` are those of the installation's own list, one to a line.
    """

    __tablename__ = "triage_rule"
    __table_args__ = (CheckConstraint(f"state IN {RULE_STATES}", name="state"),)

    rule: Mapped[str] = mapped_column(String(30), primary_key=True)
    state: Mapped[str] = mapped_column(String(8))
    words: Mapped[str] = mapped_column(Text, default="")
    by_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    at: Mapped[datetime]


class RuleWeek(Model):
    """What was published of a rule in a week: how often it fired and was right, over the ninety days before."""

    __tablename__ = "rule_week"

    week: Mapped[str] = mapped_column(String(10), primary_key=True)  # its Monday: 2026-11-23
    rule: Mapped[str] = mapped_column(String(30), primary_key=True)
    decisions: Mapped[int]
    published: Mapped[int]
    fired: Mapped[int]
    held: Mapped[int]
    right: Mapped[int]
    missed: Mapped[int]
    at: Mapped[datetime]
