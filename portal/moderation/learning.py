"""What the score learns from: the installation's own decisions, and whether there are enough of them."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import ColumnElement, func, select

from portal.database import db
from portal.discussion.models import Comment
from portal.ideas.models import Idea
from portal.moderation.models import Case, Decision
from portal.moderation.triage import storing
from portal.moderation.triage.learned import Model, Row
from portal.moderation.triage.texts import whole

ENOUGH = 500
MOST = 20_000  # the latest decisions; older ones were made by other rules
CLEAN = "clean"
TEACHING = ("privacy", "offensive", "advert", "unclear", "other")
"""Reasons that lie in the words. That another idea was first, or that an office is the wrong one, teaches nothing."""


OWN_WORDS = ("idea", "comment")
"""Kinds of cases that are decided for what the text itself says."""


def has_enough() -> bool:
    """Whether the score may order the queue."""
    first = select(Decision.id).where(*_standing()).limit(ENOUGH).subquery()
    return (db.session.scalar(select(func.count()).select_from(first)) or 0) >= ENOUGH


def active(var_dir: Path) -> Model | None:
    """The kept model, where enough own decisions say what is usual here; else none, whatever it was trained on."""
    return storing.load(var_dir) if storing.path(var_dir).exists() and has_enough() else None


def own_rows() -> list[Row]:
    """What was decided about which words, as the words are now: 'clean', or the reason."""
    rows = (
        select(Decision.outcome, Decision.reason, Idea, Comment.body)
        .join(Case, Case.id == Decision.case_id)
        .join(Idea, Idea.id == Case.idea_id)
        .outerjoin(Comment, Comment.id == Case.comment_id)
        .where(*_standing(), Case.kind.in_(OWN_WORDS), Case.idea_version == Idea.version)
        .order_by(Decision.id.desc())
        .limit(MOST)
    )
    return [
        (body if body is not None else whole(idea), CLEAN if outcome == "approve" else str(reason))
        for outcome, reason, idea, body in db.session.execute(rows)
        if outcome == "approve" or reason in TEACHING
    ]


def _standing() -> tuple[ColumnElement[bool], ...]:
    return Decision.undone_at.is_(None), Decision.outcome.in_(("approve", "return", "reject"))
