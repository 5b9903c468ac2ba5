"""What may be asked about once more, what is being looked at again, and what an answer is about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import joinedload

from portal.database import db
from portal.discussion.models import Comment
from portal.ideas.models import Idea
from portal.moderation.models import STANDS, Appeal, Case, Decision

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


def refusal(idea_id: int, comment_id: int | None = None) -> Decision | None:
    """The decision that keeps a text from its readers; None if none does, or an answer to an appeal has confirmed it."""
    newest = last_word(idea_id, comment_id).options(joinedload(Decision.moderator, innerjoin=True))
    row = db.session.execute(newest).first()
    return (
        row.Decision if row and row.Decision.outcome == "reject" and row.status in REFUSED.get(row.kind, ()) else None
    )


def appealable(idea_id: int, comment_id: int | None = None) -> bool:
    """Whether a refusal may still be asked about: once, and not after an appeal was answered."""
    found = refusal(idea_id, comment_id)
    return found is not None and db.session.scalar(select(Appeal.id).where(Appeal.decision_id == found.id)) is None


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
    refused = (row for row in newest.values() if row.outcome == "reject" and row.status in REFUSED.get(row.kind, ()))
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


def is_asked_about(decision_id: int) -> bool:
    """Whether its author waits for somebody to look at this decision again."""
    asked = select(Appeal.id).join(Case, Case.id == Appeal.case_id)
    return db.session.scalar(asked.where(Appeal.decision_id == decision_id, Case.state == "open")) is not None
