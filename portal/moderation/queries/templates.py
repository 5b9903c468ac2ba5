"""Letters to begin with that this installation words itself."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import func, select

from portal.database import db
from portal.moderation.models import ReplyTemplate

Own = Mapping[tuple[str, str], str]
"""By outcome and reason, in one language."""


def own_templates(language: str) -> Own:
    """In one query."""
    rows = select(ReplyTemplate.outcome, ReplyTemplate.reason, ReplyTemplate.body)
    found = db.session.execute(rows.where(ReplyTemplate.language == language))
    return {(row.outcome, row.reason): row.body for row in found}


def worded_at(outcome: str, reason: str) -> str:
    """When a letter was worded last, as a form remembers it; '' for what the portal brings."""
    rows = (ReplyTemplate.outcome == outcome, ReplyTemplate.reason == reason)
    moment = db.session.scalar(select(func.max(ReplyTemplate.at)).where(*rows))
    return moment.isoformat() if moment else ""
