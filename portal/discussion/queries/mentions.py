"""Who is called by name in a comment: only people who already take part, so calling finds out nothing about others."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from portal import text
from portal.accounts.models import Member
from portal.database import db
from portal.discussion.models import Comment
from portal.ideas import queries as ideas

MOST = 5
LONGEST_NAME = 80


def mentioned(comment_id: int) -> set[int]:
    """Ids of those whose '@name' or '@handle' stands in a comment: its idea's authors and its visible commenters."""
    comment = db.session.get_one(Comment, comment_id)
    if "@" not in comment.body:
        return set()
    seen = select(Comment.member_id).where(Comment.idea_id == comment.idea_id, Comment.status == "published")
    people = select(Member.id, Member.name_fold, Member.handle).where(
        Member.id.in_(ideas.writers(comment.idea_id)) | Member.id.in_(seen), Member.id != comment.member_id
    )
    calls = [text.fold(rest[:LONGEST_NAME]) + " " for rest in comment.body.split("@")[1:]]
    found = [row.id for row in db.session.execute(people.order_by(Member.id)) if _is_called(calls, row)]
    return set(found[:MOST])


def _is_called(calls: list[str], person: Any) -> bool:
    names = (f"{text.fold(getattr(person, name))} " for name in ("name_fold", "handle"))
    return any(call.startswith(name) for name in names if name.strip() for call in calls)
