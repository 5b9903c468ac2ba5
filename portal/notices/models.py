"""What a member is told inside the portal: one row for each thing that happened to what is theirs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    ForeignKey,
    Index,
    Select,
    String,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    text,
)
from sqlalchemy.orm import Mapped, column_property, mapped_column

from portal.accounts.models import Member
from portal.database import BigId, Key, Model, UtcDateTime
from portal.discussion.models import Comment
from portal.ideas import states
from portal.ideas.models import Idea, IdeaAuthor

UNREAD: dict[str, Any] = {"postgresql_where": text("read_at IS NULL"), "sqlite_where": text("read_at IS NULL")}

UNMAILED: dict[str, Any] = {
    f"{engine}_where": text("read_at IS NULL AND letter_id IS NULL") for engine in ("postgresql", "sqlite")
}
IS_TO_PUSH = text("push_at IS NOT NULL")


class Notice(Model):
    """Ids only; the words are looked up when it is shown, so nothing hidden or deleted is told.

    `cause` ("decision:12") makes a second telling of the same thing a no-op. `thread` ("idea:12") is what the page
    groups by. It is there from `due_at` on, which for a decision is when it can no longer be undone.
    """

    __tablename__ = "notice"
    __table_args__ = (
        Index(None, "member_id", "cause", unique=True),
        Index(None, "member_id", "id"),
        Index("ix_notice_unread", "member_id", **UNREAD),
        Index("ix_notice_unmailed", "member_id", **UNMAILED),
        Index("ix_notice_push", "push_at", postgresql_where=IS_TO_PUSH, sqlite_where=IS_TO_PUSH),
    )

    id: Mapped[Key]
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"))
    kind: Mapped[str] = mapped_column(String(30))
    cause: Mapped[str] = mapped_column(String(60))
    thread: Mapped[str] = mapped_column(String(40))
    idea_id: Mapped[int | None] = mapped_column(ForeignKey("idea.id", ondelete="CASCADE"), index=True)
    comment_id: Mapped[int | None] = mapped_column(ForeignKey("comment.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    due_at: Mapped[datetime]
    read_at: Mapped[datetime | None]
    letter_id: Mapped[int | None] = mapped_column(BigId)  # the one letter it is told in, if it went into one
    quiet: Mapped[bool] = mapped_column(default=False)  # its member wants such news by letter only
    push_at: Mapped[datetime | None]  # when it is shown on the member's devices; empty once it is, or without any


class NoticeMute(Model):
    """A category that a member does not want to see under the bell."""

    __tablename__ = "notice_mute"

    member_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("member.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    category: Mapped[str] = mapped_column(String(20), primary_key=True)


class PushSubscription(Model):
    """A device of a member that shows news at once: an address at a push service, and the keys of its browser.

    It belongs to a sign-in: whoever takes the device after that is told nothing.
    """

    __tablename__ = "push_subscription"

    id: Mapped[Key]
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id", ondelete="CASCADE"), index=True)
    session_id: Mapped[int | None] = mapped_column(ForeignKey("sign_in_session.id", ondelete="CASCADE"), index=True)
    endpoint: Mapped[str] = mapped_column(String(1000), unique=True)
    p256dh: Mapped[str] = mapped_column(String(100))
    auth: Mapped[str] = mapped_column(String(40))
    failures: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]


def visible(now: ColumnElement[datetime]) -> ColumnElement[bool]:
    """What may be shown to its member, for a query that joins idea and comment (`with_subject`)."""
    beside = exists().where(
        IdeaAuthor.idea_id == Notice.idea_id,
        IdeaAuthor.member_id == Notice.member_id,
        IdeaAuthor.state.in_(("invited", "accepted")),
    )
    return and_(
        Notice.due_at <= now,
        or_(Notice.idea_id.is_(None), Idea.status.in_(states.READABLE), Idea.author_id == Notice.member_id, beside),
        or_(Notice.comment_id.is_(None), Comment.status == "published"),
    )


def under_the_bell(now: ColumnElement[datetime]) -> ColumnElement[bool]:
    """What is visible, and wanted there."""
    return and_(visible(now), Notice.quiet.is_(False))


def with_subject(chosen: Select[Any]) -> Select[Any]:
    """Join what a notice is about, if it is about an idea or a comment."""
    return chosen.outerjoin(Idea, Idea.id == Notice.idea_id).outerjoin(Comment, Comment.id == Notice.comment_id)


def at_this_moment() -> ColumnElement[datetime]:
    """The time at which a statement runs, not the one at which it was written down here."""
    return bindparam(None, callable_=lambda: datetime.now(UTC), type_=UtcDateTime)


# Read with the member of a session, in the same statement: the count in the header costs no query of its own.
Member.unread = column_property(
    with_subject(select(func.count(Notice.id)))
    .where(Notice.member_id == Member.id, Notice.read_at.is_(None), under_the_bell(at_this_moment()))
    .correlate(Member)
    .scalar_subquery(),
    deferred=True,
    group="header",
)
