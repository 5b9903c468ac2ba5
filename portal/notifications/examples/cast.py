"""Who and what the examples are about: rows that are here, and a few made for the moment."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from portal.accounts.models import Member
from portal.database import db, now
from portal.discussion.models import Comment
from portal.ideas.models import Idea
from portal.ideas.states import PUBLIC
from portal.moderation.models import Case, Decision
from portal.notifications import preferences
from portal.notifications.models import Letter

ADVICE = "Chào bạn, ý này hay. Bạn viết thêm giúp mình: ai đang gặp khó, ở đâu, mỗi tuần mấy lần?"


NUMBER = -1
"""Of every example: no letter has it."""


class NoExample(Exception):  # noqa: N818  # nothing is wrong: there is nothing to show
    """Neither a letter of this kind nor what it could be about is here."""


@dataclass(frozen=True)
class Cast:
    """Who and what the stories are about."""

    reader: Member
    other: Member
    idea: Idea
    at: datetime


Story = Callable[[Cast], Letter]


def gathered(language: str) -> Cast:
    """The author of the most commented public idea, and somebody else."""
    said = (
        select(Comment.idea_id, func.count().label("n")).where(Comment.status == "published").group_by(Comment.idea_id)
    )
    counted = said.subquery()
    chosen = select(Idea).outerjoin(counted, counted.c.idea_id == Idea.id).where(Idea.status.in_(PUBLIC))
    idea = db.session.scalar(chosen.order_by(func.coalesce(counted.c.n, 0).desc(), Idea.id).limit(1))
    if idea is None:
        raise NoExample
    reader = db.session.get_one(Member, idea.author_id, populate_existing=True)
    other = db.session.scalar(select(Member).where(Member.id != reader.id, Member.status == "active").limit(1))
    if other is None:
        raise NoExample
    reader.language, reader.status = language, "active"
    reader.email = reader.email or f"ban.{reader.id}@example.vn"
    reader.birth_year, reader.birth_month, reader.purposes = 2001, 5, None  # grown up, if it is a child
    preferences.choose(reader.id, dict.fromkeys(("my-ideas", "comments", "follows", "reminders", "campaigns"), "now"))
    db.session.flush()
    return Cast(reader, other, idea, now())


def letter(kind: str, cast: Cast, **ids: Any) -> Letter:
    names = {"message_id": "<example@localhost>", "created_at": cast.at, "next_at": cast.at}
    return Letter(id=NUMBER, kind=kind, recipient_id=cast.reader.id, payload=ids, dedup_key=kind, **names)


def case(cast: Cast, **values: Any) -> Case:
    """About the idea of the cast."""
    due = cast.at + timedelta(days=3)
    names = {"kind": "idea", "state": "decided", "idea_version": 1, "version": 1, "urgent": 1, **values}
    made = Case(subject="example", idea_id=cast.idea.id, created_at=cast.at, due_at=due, **names)
    return kept(made)


def decision(cast: Cast, outcome: str, **values: Any) -> Decision:
    """By somebody else, about the idea of the cast."""
    said = {"reason": None, "advice": ""} if outcome == "approve" else {"reason": "unclear", "advice": ADVICE}
    about = values.pop("about", None) or case(cast)
    made = Decision(
        case_id=about.id,
        case_version=1,
        idea_id=cast.idea.id,
        moderator_id=cast.other.id,
        outcome=outcome,
        decided_at=cast.at,
        **{**said, **values},
    )
    return kept(made)


def another_idea(cast: Cast) -> Idea:
    """A public one of somebody else. Raises NoExample."""
    found = select(Idea).where(Idea.id != cast.idea.id, Idea.status.in_(PUBLIC)).order_by(Idea.id).limit(1)
    idea = db.session.scalar(found)
    if idea is None:
        raise NoExample
    return idea


def kept(row: Any) -> Any:
    db.session.add(row)
    db.session.flush()
    return row
