"""The queue: one open case per idea, its reasons, its claim, and the decisions taken."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Member
from portal.database import BigId, Key, Model
from portal.discussion.models import Comment
from portal.ideas.models import Idea, IdeaEdit

OPEN_ONLY: dict[str, Any] = {"postgresql_where": text("state = 'open'"), "sqlite_where": text("state = 'open'")}
NOT_DONE: dict[str, Any] = {"postgresql_where": text("done_at IS NULL"), "sqlite_where": text("done_at IS NULL")}
SILENCES: dict[str, Any] = {
    "postgresql_where": text("silenced_until IS NOT NULL"),
    "sqlite_where": text("silenced_until IS NOT NULL"),
}
STATES = ("open", "decided", "closed")
KINDS = ("idea", "edit", "comment", "report", "appeal", "withdrawal", "merge")
"""What a person is asked to look at. An item has one open case of each kind at most."""
OUTCOMES = ("approve", "return", "reject", "merge")
REASONS = ("privacy", "unclear", "duplicate", "advert", "offensive", "out_of_scope", "other")


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
    idea_version: Mapped[int]
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
    corrected: Mapped[dict[str, Any] | None]  # title and field as they were before staff set them right
    distrusted: Mapped[dict[str, Any] | None]  # the trust in the author that ended with it: by whom, since when
    moderator: Mapped[Member] = relationship(lazy="raise", foreign_keys=[moderator_id])


STANDS = Decision.undone_at.is_(None) & Case.comment_id.is_(None)
"""Of decisions with their cases: one about the idea itself that nobody has undone, not about a comment under it."""
HEAVY = Decision.removed | Decision.silenced_until.is_not(None)
"""Of decisions: removed for good, or its writer silenced. Of such a one about a comment a letter tells, too."""


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
