"""The queue: one open case of each kind per item, its reasons, its claim, where it was passed, what was said of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, func, select, text
from sqlalchemy.orm import Mapped, column_property, mapped_column, relationship

from portal.accounts.models import Member
from portal.database import Key, Model
from portal.discussion.models import Comment
from portal.ideas.models import Idea, IdeaEdit, IdeaVersion

OPEN_ONLY: dict[str, Any] = {"postgresql_where": text("state = 'open'"), "sqlite_where": text("state = 'open'")}
NOT_DONE: dict[str, Any] = {"postgresql_where": text("done_at IS NULL"), "sqlite_where": text("done_at IS NULL")}
STATES = ("open", "decided", "closed")
KINDS = ("idea", "edit", "comment", "report", "appeal", "withdrawal", "merge")
"""What a person is asked to look at. An item has one open case of each kind at most."""


def _when_due(context: Any) -> datetime:
    """Until the learned score has something to say, a case stands where it is due."""
    due: datetime = context.get_current_parameters()["due_at"]
    return due


class Case(Model):
    """Something a person must look at. open -> decided, or closed when its author takes it back."""

    __tablename__ = "moderation_case"
    __table_args__ = (
        CheckConstraint(f"state IN {STATES}", name="state"),
        CheckConstraint(f"kind IN {KINDS}", name="kind"),
        Index("uq_moderation_case_open", "subject", unique=True, **OPEN_ONLY),
        Index("ix_moderation_case_queue", "urgent", "queue_at", "id", **OPEN_ONLY),
        Index("ix_moderation_case_unit", "unit_id", "urgent", "queue_at", "id", **OPEN_ONLY),
        Index("ix_moderation_case_preferred", "preferred_id", **OPEN_ONLY),
        Index(
            "ix_moderation_case_untriaged",
            "id",
            postgresql_where=text("triaged_at IS NULL"),
            sqlite_where=text("triaged_at IS NULL"),
        ),
    )

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(12), default="idea")
    subject: Mapped[str] = mapped_column(String(40))  # "idea:12", "comment:9": one open case for each
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id"))
    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id"), index=True)
    edit_id: Mapped[int | None] = mapped_column(ForeignKey("idea_edit.id"))
    idea_version: Mapped[int] = mapped_column()
    comment_edited_at: Mapped[datetime | None]  # which words of its comment a case is about
    unit_id: Mapped[int | None] = mapped_column(
        ForeignKey("unit.id")
    )  # whose moderators answer: the idea's unit, or one above; none is the centre's
    level: Mapped[int] = mapped_column(default=0, server_default="0")  # how often it was passed to the unit above
    state: Mapped[str] = mapped_column(String(10), default="open")
    version: Mapped[int] = mapped_column(default=1)
    urgent: Mapped[int] = mapped_column(default=1)  # 0 comes first: a child's safety
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    queue_at: Mapped[datetime] = mapped_column(default=_when_due)  # its place: when due, or up to a day before
    triaged_at: Mapped[datetime | None]
    claimed_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    claimed_until: Mapped[datetime | None]
    first_seen_at: Mapped[datetime | None]
    change: Mapped[str | None] = mapped_column(String(12))  # what made it another than it was read, by whom, and when
    changed_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    changed_at: Mapped[datetime | None]
    barred_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))  # may not have it: was heard already
    preferred_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))  # knows the author's earlier text
    idea: Mapped[Idea] = relationship(lazy="raise")
    comment: Mapped[Comment | None] = relationship(lazy="raise")
    edit: Mapped[IdeaEdit | None] = relationship(lazy="raise")
    claimed_by: Mapped[Member | None] = relationship(lazy="raise", foreign_keys=[claimed_by_id])
    changed_by: Mapped[Member | None] = relationship(lazy="raise", foreign_keys=[changed_by_id])
    preferred: Mapped[Member | None] = relationship(lazy="raise", foreign_keys=[preferred_id])
    reasons: Mapped[list[Reason]] = relationship(lazy="raise", order_by="Reason.weight.desc()")
    revisions: Mapped[int] = column_property(  # how often its author has changed it until now: versions count more
        select(func.count())
        .select_from(IdeaVersion)
        .join(Idea, (Idea.id == IdeaVersion.idea_id) & (Idea.author_id == IdeaVersion.by_id))
        .where(IdeaVersion.idea_id == idea_id, IdeaVersion.version < idea_version)
        .correlate_except(IdeaVersion, Idea)
        .scalar_subquery(),
        deferred=True,
        raiseload=True,
    )

    @property
    def writer(self) -> Member:
        """Whose text a person must look at."""
        return self.comment.member if self.comment else self.idea.author

    @property
    def thing(self) -> str:
        """What is reported, as reports name it: "comment:9"."""
        return self.subject.removeprefix("report:")

    def holder(self, now: datetime) -> Member | None:
        """Who looks at it, if their time is not over."""
        return self.claimed_by if self.claimed_until and self.claimed_until > now else None


class Reason(Model):
    """Why triage wants a person to look, as a rule, its weight and what it saw."""

    __tablename__ = "case_reason"
    __table_args__ = (UniqueConstraint("case_id", "rule"),)

    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("moderation_case.id"))
    rule: Mapped[str] = mapped_column(String(30))
    weight: Mapped[int]
    params: Mapped[dict[str, Any]]


class Note(Model):
    """What moderators tell each other about a case; nobody near the text reads it: `services.scoping.may_talk`."""

    __tablename__ = "case_note"

    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("moderation_case.id"), index=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    body: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    member: Mapped[Member] = relationship(lazy="raise")


class Move(Model):
    """A case passed on: by a moderator, with a word why, or by its deadline. Each level is reached once."""

    __tablename__ = "case_move"
    __table_args__ = (UniqueConstraint("case_id", "level"),)

    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("moderation_case.id"))
    level: Mapped[int | None]  # of an escalation; a referral to a neighbour has none
    from_unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    to_unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    note: Mapped[str] = mapped_column(Text, default="")
    at: Mapped[datetime]
    by: Mapped[Member | None] = relationship(lazy="raise")


class Deadline(Model):
    """What happens to a case nobody decides: at level 0 its moderators are reminded, from 1 on it goes a unit up.

    A row is done once, whoever finds it first; `acted` says whether the case was still open then.
    """

    __tablename__ = "case_deadline"
    __table_args__ = (
        UniqueConstraint("case_id", "level"),
        Index("ix_case_deadline_due", "due_at", "id", **NOT_DONE),
    )

    id: Mapped[Key]
    case_id: Mapped[int] = mapped_column(ForeignKey("moderation_case.id"))
    level: Mapped[int]
    due_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    acted: Mapped[bool] = mapped_column(default=False)
