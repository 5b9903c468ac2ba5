"""Decisions, what they moved, what takes two, and what is asked about them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Member
from portal.database import BigId, Key, Model
from portal.moderation.models.cases import Case

SILENCES: dict[str, Any] = {
    "postgresql_where": text("silenced_until IS NOT NULL"),
    "sqlite_where": text("silenced_until IS NOT NULL"),
}
OUTCOMES = ("approve", "return", "reject", "merge")
REASONS = ("privacy", "unclear", "duplicate", "advert", "offensive", "out_of_scope", "other")


class Decision(Model):
    """One decision of one version of one case. The unique key lets only one of twenty moderators be first."""

    __tablename__ = "decision"
    __table_args__ = (
        CheckConstraint(f"outcome IN {OUTCOMES}", name="outcome"),
        UniqueConstraint("case_id", "case_version"),
        Index("ix_decision_silences", "silenced_until", **SILENCES),
    )

    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("moderation_case.id"))
    case_version: Mapped[int]
    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id"), index=True)
    moderator_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    outcome: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str | None] = mapped_column(String(20))
    advice: Mapped[str] = mapped_column(Text, default="")
    decided_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
    undone_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    status_before: Mapped[str | None] = mapped_column(String(16))  # of the idea or the comment, for undoing
    into_id: Mapped[int | None] = mapped_column(ForeignKey("idea.id"))  # what the idea was merged into
    answer_by: Mapped[datetime | None]  # until when an idea sent back keeps its place
    batch: Mapped[str | None] = mapped_column(String(22), index=True)  # of decisions taken in one go
    removed: Mapped[bool] = mapped_column(default=False, server_default=false())  # gone for good, not only out of sight
    silenced_until: Mapped[datetime | None]  # until then its writer sends nothing
    corrected: Mapped[dict[str, Any] | None]  # title, field and language as they were before staff set them right
    distrusted: Mapped[dict[str, Any] | None]  # the trust in the author that ended with it: by whom, since when
    moderator: Mapped[Member] = relationship(lazy="raise", foreign_keys=[moderator_id])


STANDS = Decision.undone_at.is_(None) & Case.comment_id.is_(None)
"""Of decisions with their cases: one about the idea itself that nobody has undone, not about a comment under it."""
HEAVY = Decision.removed | Decision.silenced_until.is_not(None)
"""Of decisions: removed for good, or its writer silenced. Of such a one about a comment a letter tells, too."""


class Proposal(Model):
    """What takes two: to refuse a child's idea, to remove a text for good, to silence its writer. One has said so."""

    __tablename__ = "case_proposal"
    __table_args__ = (UniqueConstraint("case_id", "idea_version", "moderator_id"),)

    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("moderation_case.id"))
    idea_version: Mapped[int]
    moderator_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    reason: Mapped[str] = mapped_column(String(20))
    advice: Mapped[str] = mapped_column(Text)
    remove: Mapped[bool] = mapped_column(default=False, server_default=false())
    silence_days: Mapped[int] = mapped_column(default=0, server_default="0")
    at: Mapped[datetime]
    moderator: Mapped[Member] = relationship(lazy="raise")


class Trust(Model):
    """An author whose small changes are shown first and read afterwards, because a moderator said so."""

    __tablename__ = "author_trust"

    member_id: Mapped[int] = mapped_column(BigId, ForeignKey("member.id"), primary_key=True, autoincrement=False)
    by_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    since: Mapped[datetime]


class Appeal(Model):
    """An author asks for one decision to be looked at again, by somebody else. Once for each decision."""

    __tablename__ = "appeal"

    id: Mapped[Key]
    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), unique=True)
    case_id: Mapped[int] = mapped_column(ForeignKey("moderation_case.id"), unique=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    body: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]


class MergeMove(Model):
    """What moved with a merge, row by row, so that it can be undone exactly.

    `ref_id` is a member (vote, follow, coauthor) or a comment. `fresh` if it was not at the other idea before.
    `answer` is what the voter said to it: kept or taken.
    """

    __tablename__ = "merge_move"
    __table_args__ = (
        CheckConstraint("kind IN ('vote', 'follow', 'comment', 'coauthor')", name="kind"),
        CheckConstraint("answer IN ('kept', 'taken')", name="answer"),
        Index(None, "ref_id", "kind"),
    )

    decision_id: Mapped[int] = mapped_column(ForeignKey("decision.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(10), primary_key=True)
    ref_id: Mapped[int] = mapped_column(BigId, primary_key=True, autoincrement=False)
    created_at: Mapped[datetime]
    fresh: Mapped[bool] = mapped_column(default=False)
    automatic: Mapped[bool] = mapped_column(default=False)
    answer: Mapped[str | None] = mapped_column(String(6))
