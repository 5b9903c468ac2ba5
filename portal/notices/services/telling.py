"""A notice is written once for each cause and member, in the relay's transaction with the fact that causes it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, select

from portal import database
from portal.database import db, insert_ignore
from portal.notices.kinds import CATEGORY_OF
from portal.notices.models import Notice, NoticeMute, PushSubscription

PAGE = 400  # members told in one transaction, which on a busy machine of two cores takes some 50 ms


def tell(  # noqa: PLR0913  # a notice says all of this
    members: Collection[int],
    kind: str,
    cause: str,
    due: datetime | None = None,
    *,
    idea_id: int | None = None,
    comment_id: int | None = None,
    thread: str | None = None,
) -> None:
    """Tell each of `members` once of `cause` ("comment:9"), from `due` on."""
    if members:
        told, muted = columns_of(kind, cause, due, idea_id, comment_id), mutes(kind)
        told["thread"] = thread or told["thread"]
        quiet = set(db.session.scalars(select(NoticeMute.member_id).where(NoticeMute.member_id.in_(members), muted)))
        devices = select(PushSubscription.member_id).where(PushSubscription.member_id.in_(members))
        push_at = dict.fromkeys(set(db.session.scalars(devices)) - quiet, told["due_at"])
        rows = [
            {"member_id": member, "quiet": member in quiet, "push_at": push_at.get(member), **told}
            for member in members
        ]
        db.session.execute(insert_ignore(Notice.__table__), rows)


def mutes(kind: str) -> ColumnElement[bool]:
    return NoticeMute.category == CATEGORY_OF.get(kind, "")


def columns_of(
    kind: str, cause: str, due: datetime | None, idea_id: int | None, comment_id: int | None
) -> dict[str, Any]:
    """The columns that are the same for everybody who is told."""
    moment = database.now()
    return {
        "kind": kind,
        "cause": cause,
        "thread": f"idea:{idea_id}" if idea_id else cause,
        "idea_id": idea_id,
        "comment_id": comment_id,
        "created_at": moment,
        "due_at": due or moment,
    }
