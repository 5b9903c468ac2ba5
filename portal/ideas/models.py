"""Ideas: the text (wide, rarely written), the rank (narrow, written by every vote), the search tokens, the history."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, Float, ForeignKey, Index, String, Text, UniqueConstraint, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.accounts.models import Member
from portal.database import BigId, Key, Model
from portal.ideas import states

IS_TO_CHANGE = text("status = 'needs_changes'")
"""Queries of ideas alone say it in these words: only then is the partial index used."""


class Idea(Model):
    __tablename__ = "idea"
    __table_args__ = (
        CheckConstraint(f"status IN {states.ALL}", name="status"),
        Index(None, "author_id", "id"),
        Index("ix_idea_to_change", "campaign_id", postgresql_where=IS_TO_CHANGE, sqlite_where=IS_TO_CHANGE),
    )

    id: Mapped[Key]
    author_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    title: Mapped[str] = mapped_column(String(120))
    summary: Mapped[str] = mapped_column(String(200), default="")
    problem: Mapped[str] = mapped_column(Text)
    solution: Mapped[str] = mapped_column(Text, default="")
    start: Mapped[str] = mapped_column(Text, default="")
    impact: Mapped[str] = mapped_column(Text, default="")
    confidential: Mapped[str] = mapped_column(Text, default="")
    answers: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")  # `portal.ideas.answers`
    language: Mapped[str] = mapped_column(String(2), default="vi")
    field_id: Mapped[int] = mapped_column(ForeignKey("field.id"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    place_then: Mapped[str] = mapped_column(
        String(60), default="", server_default=""
    )  # a province of before the mergers
    campaign_id: Mapped[int | None] = mapped_column(ForeignKey("campaign.id"))
    status: Mapped[str] = mapped_column(String(16), default="waiting")
    version: Mapped[int] = mapped_column(default=1)
    source: Mapped[str] = mapped_column(String(12), default="web")  # web | api | import | demo
    external_id: Mapped[str | None] = mapped_column(String(200), unique=True)  # an import's fingerprint of the text
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("idea.id"))
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    published_at: Mapped[datetime | None]
    author: Mapped[Member] = relationship(lazy="raise")


class IdeaRank(Model):
    """One narrow row for each idea that is or was public: what lists filter and sort by. Every vote writes it.

    `hot` = published_at / 45000 s + log10(max(votes + 2 * comments, 1)), rounded to 6 places: it needs no clock.
    """

    __tablename__ = "idea_rank"
    __table_args__ = (
        Index("ix_idea_rank_hot", "hot", "idea_id", "field_id", "unit_id", "campaign_id", "status", "language"),
        Index("ix_idea_rank_top", "votes", "idea_id", "field_id", "unit_id", "campaign_id", "status", "language"),
        Index(
            "ix_idea_rank_new", "published_at", "idea_id", "field_id", "unit_id", "campaign_id", "status", "language"
        ),
        Index(
            "ix_idea_rank_unseen",
            "interest",
            "idea_id",
            "published_at",
            "field_id",
            "unit_id",
            "campaign_id",
            "status",
            "language",
        ),
        # What a list shows is counted within these: none of its filters needs a look at the table.
        Index("ix_idea_rank_field", "field_id", "unit_id", "campaign_id", "status", "language", "published_at"),
        Index("ix_idea_rank_campaign", "campaign_id", "unit_id", "status", "language", "published_at"),
        Index("ix_idea_rank_unit", "unit_id", "status", "language", "published_at"),
        Index("ix_idea_rank_language", "language", "status", "published_at"),
        Index(None, "status", "published_at"),
        {"postgresql_with": {"fillfactor": 80}},
    )

    idea_id: Mapped[int] = mapped_column(BigId, ForeignKey("idea.id"), primary_key=True, autoincrement=False)
    field_id: Mapped[int]
    unit_id: Mapped[int | None]
    campaign_id: Mapped[int | None]
    status: Mapped[str] = mapped_column(String(16))
    language: Mapped[str] = mapped_column(String(2))
    published_at: Mapped[datetime]
    votes: Mapped[int] = mapped_column(default=0)
    comments: Mapped[int] = mapped_column(default=0)
    interest: Mapped[int] = mapped_column(default=0)  # votes + 2 * comments
    hot: Mapped[float] = mapped_column(Float(53))


class IdeaText(Model):
    """What an idea is found by: tokens made in Python, so that both engines answer alike (`portal.ideas.search`).

    Words and the title's tokens stand apart from the long rest, because PostgreSQL asks many rows for the former
    and should not have to unpack the latter.
    """

    __tablename__ = "idea_text"

    idea_id: Mapped[int] = mapped_column(BigId, ForeignKey("idea.id"), primary_key=True, autoincrement=False)
    words: Mapped[str] = mapped_column(Text)
    phrases: Mapped[str] = mapped_column(Text)


class IdeaVersion(Model):
    """What an idea said before it was changed. What is `hidden` is read by its authors and the desk alone."""

    __tablename__ = "idea_version"
    __table_args__ = (UniqueConstraint("idea_id", "version"),)

    id: Mapped[Key]
    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id"))
    version: Mapped[int]
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    content: Mapped[dict[str, Any]]
    hidden: Mapped[bool] = mapped_column(default=False, server_default=false())


class IdeaReceipt(Model):
    """That an author's words came in, and when; one for each text they sent, whatever became of it.

    The words may be gone since, replaced or masked. What the desk has written has none. Never changed.
    """

    __tablename__ = "idea_receipt"

    idea_id: Mapped[int] = mapped_column(BigId, ForeignKey("idea.id"), primary_key=True, autoincrement=False)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    sha256: Mapped[str] = mapped_column(String(64))  # `portal.ideas.receipts.sha256_of`


EDIT_STATES = ("waiting", "accepted", "refused", "withdrawn")
EDIT_WAITS: dict[str, Any] = {"postgresql_where": text("state = 'waiting'"), "sqlite_where": text("state = 'waiting'")}


class IdeaEdit(Model):
    """What an author would have a published idea say. The page keeps its words until a moderator agrees.

    One waits for each idea; `number` rises when its author writes it anew. `live`: shown already, looked at afterwards.
    `hides_old`: once it is shown the public reads no earlier version any more, because of what was taken out.
    """

    __tablename__ = "idea_edit"
    __table_args__ = (
        CheckConstraint(f"state IN {EDIT_STATES}", name="state"),
        Index("uq_idea_edit_waiting", "idea_id", unique=True, **EDIT_WAITS),
        Index(None, "idea_id", "id"),
    )

    id: Mapped[Key]
    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id"))
    base_version: Mapped[int]  # of the idea that it would change
    before: Mapped[dict[str, Any]]
    content: Mapped[dict[str, Any]]
    number: Mapped[int] = mapped_column(default=1)
    live: Mapped[bool] = mapped_column(default=False)
    hides_old: Mapped[bool] = mapped_column(default=False, server_default=false())
    state: Mapped[str] = mapped_column(String(10), default="waiting")
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class IdeaAuthor(Model):
    """Somebody beside the author: invited by them, or asked to be; then accepted or declined.

    `invited_as` is what the author typed, kept until it is answered. One who is not (yet) a member, or was asked
    before, has no `member_id` there: the author sees the same in each case, so nobody learns whose address it is.
    """

    __tablename__ = "idea_author"
    __table_args__ = (
        CheckConstraint("state IN ('invited', 'asked', 'accepted', 'declined')", name="state"),
        UniqueConstraint("idea_id", "member_id"),
        UniqueConstraint("idea_id", "invited_as"),
        Index(None, "member_id", "id"),
    )

    id: Mapped[Key]
    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id"))
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    invited_as: Mapped[str | None] = mapped_column(String(254))
    state: Mapped[str] = mapped_column(String(10), default="invited")
    created_at: Mapped[datetime]
    answered_at: Mapped[datetime | None]


class IdeaEvent(Model):
    """The timeline of an idea: each change of status, with a public note where there is one.

    What an author says on taking an idea back is not public; `reason` is, a code of `rules.WITHDRAW_REASONS`.
    """

    __tablename__ = "idea_event"
    __table_args__ = (Index(None, "idea_id", "at"), Index(None, "status", "at"))

    id: Mapped[Key]
    idea_id: Mapped[int] = mapped_column(ForeignKey("idea.id"))
    status: Mapped[str] = mapped_column(String(16))
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    note_vi: Mapped[str] = mapped_column(Text, default="")
    note_en: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str | None] = mapped_column(String(20))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))  # whose official answer it is


class Draft(Model):
    """Text on its way to becoming an idea, of a member or of a visitor who has not signed in yet."""

    __tablename__ = "draft"
    __table_args__ = (Index(None, "member_id", "updated_at"), Index(None, "visitor"))

    id: Mapped[Key]
    token: Mapped[str] = mapped_column(String(43), unique=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))
    visitor: Mapped[str | None] = mapped_column(String(43))
    content: Mapped[dict[str, Any]]
    version: Mapped[int] = mapped_column(default=1)
    key: Mapped[str | None] = mapped_column(String(43), index=True)  # of the page that wrote it last
    turn: Mapped[int] = mapped_column(default=0, server_default="0")  # how often that page had sent by then
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    idea_id: Mapped[int | None] = mapped_column(ForeignKey("idea.id"))  # set by sending it, once

    def belongs_to(self, member_id: int | None, visitor: str | None) -> bool:
        """A member's draft is the member's; a visitor's is that browser's until somebody signs in there."""
        if self.member_id is not None:
            return self.member_id == member_id
        return visitor is not None and self.visitor == visitor
