"""What may be asked about once more, what is being looked at again, and what an answer is about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from portal.database import db
from portal.discussion.models import Comment
from portal.ideas.models import Idea
from portal.moderation.models import HEAVY, STANDS, Appeal, Case, Decision

REFUSED = {"idea": ("rejected", "removed"), **dict.fromkeys(("comment", "report"), ("hidden", "removed"))}
"""By kind of case, where a refusal leaves the text."""
_SPEAK = ("appeal", *REFUSED)


def subject(idea_id: int, comment_id: int | None = None) -> str:
    """What the case of an appeal is about."""
    return f"appeal:{idea_id}" if comment_id is None else f"appeal:comment:{comment_id}"


def last_word(idea_id: int, comment_id: int | None = None) -> Select[Decision, str, str]:
    """The newest decision that stands about an idea, or a comment: with its case's kind and the text's status."""
    its = Case.comment_id == comment_id if comment_id is not None else Case.comment_id.is_(None)
    status = func.coalesce(Comment.status, Idea.status).label("status")
    return (
        select(Decision, Case.kind, status)
        .join(Case, Case.id == Decision.case_id)
        .join(Idea, Idea.id == Case.idea_id)
        .outerjoin(Comment, Comment.id == Case.comment_id)
        .where(Decision.idea_id == idea_id, its, Decision.undone_at.is_(None), Case.kind.in_(_SPEAK))
        .order_by(Decision.id.desc())
        .limit(1)
    )


class Refused(NamedTuple):
    """`told` if its words went to the writer; what is noted about a comment that is not shown is for colleagues."""

    decision: Decision
    told: bool


def keeps_away(outcome: str, kind: str, status: str) -> bool:
    """Whether it is a refusal, and the text is still where it left it."""
    return outcome == "reject" and status in REFUSED.get(kind, ())


def refusal(idea_id: int, comment_id: int | None = None) -> Refused | None:
    """The decision that keeps a text from its readers; None if none does, or an answer to an appeal has confirmed it."""
    newest = last_word(idea_id, comment_id).add_columns(HEAVY.label("heavy"))
    row = db.session.execute(newest.options(joinedload(Decision.moderator, innerjoin=True))).first()
    if row is None or not keeps_away(row.Decision.outcome, row.kind, row.status):
        return None
    return Refused(row.Decision, told=row.kind != "comment" or row.heavy)


def appealable(idea_id: int, comment_id: int | None = None) -> bool:
    """Whether a refusal may still be asked about: once, and not after an appeal was answered."""
    found = refusal(idea_id, comment_id)
    if found is None:
        return False
    return db.session.scalar(select(Appeal.id).where(Appeal.decision_id == found.decision.id)) is None


def appealable_of(idea_ids: Iterable[int]) -> set[int]:
    """Those of a member's ideas about whose refusal they may still ask, in one query."""
    rows = (
        select(Decision.idea_id, Decision.outcome, Case.kind, Idea.status, Appeal.id.label("appeal_id"))
        .join(Case, Case.id == Decision.case_id)
        .join(Idea, Idea.id == Decision.idea_id)
        .outerjoin(Appeal, Appeal.decision_id == Decision.id)
        .where(STANDS, Case.kind.in_(_SPEAK), Decision.idea_id.in_(list(idea_ids)))
        .order_by(Decision.id)
    )
    newest = {row.idea_id: row for row in db.session.execute(rows)}
    refused = (row for row in newest.values() if keeps_away(row.outcome, row.kind, row.status))
    return {row.idea_id for row in refused if row.appeal_id is None}


def appeal_due(idea_id: int) -> datetime | None:
    """Until when somebody else answers, while a refusal is being looked at again."""
    return db.session.scalar(select(Case.due_at).where(Case.subject == subject(idea_id), Case.state == "open"))


def appeal_of(case_id: int) -> tuple[Appeal, Decision, Case] | None:
    """What an author has asked, the decision it is about, and that decision's case."""
    both = select(Appeal, Decision, Case).join(Decision, Decision.id == Appeal.decision_id)
    both = both.join(Case, Case.id == Decision.case_id).where(Appeal.case_id == case_id)
    row = db.session.execute(both.options(joinedload(Decision.moderator, innerjoin=True))).first()
    return (row[0], row[1], row[2]) if row else None


def about_comment(decision_id: int) -> tuple[int, int] | None:
    """The idea and the comment that a decision is about; None if it is about no comment."""
    its = select(Decision.idea_id, Case.comment_id).join(Case, Case.id == Decision.case_id)
    row = db.session.execute(its.where(Decision.id == decision_id, Case.comment_id.is_not(None))).first()
    return (row[0], row[1]) if row and row[1] else None


def is_asked_about(decision_id: int) -> bool:
    """Whether its author waits for somebody to look at this decision again."""
    asked = select(Appeal.id).join(Case, Case.id == Appeal.case_id)
    return db.session.scalar(asked.where(Appeal.decision_id == decision_id, Case.state == "open")) is not None
