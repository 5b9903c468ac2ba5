"""Letters to begin with that this installation words itself."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select

from portal.database import db
from portal.moderation.models import ReplyTemplate

Own = Mapping[tuple[str, str], str]
"""By outcome and reason, in one language."""


def own_templates(language: str) -> Own:
    """In one query."""
    rows = select(ReplyTemplate.outcome, ReplyTemplate.reason, ReplyTemplate.body)
    found = db.session.execute(rows.where(ReplyTemplate.language == language))
    return {(row.outcome, row.reason): row.body for row in found}
