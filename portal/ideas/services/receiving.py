"""Keeps when an author's words came in: what an edit says is dated by when it was sent, not by when it was agreed to."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select

from portal.database import db
from portal.ideas import receipts
from portal.ideas.models import IdeaReceipt


def receive(idea_id: int, texts: Mapping[str, Any], now: datetime) -> None:
    """In a transaction that holds the idea. Words that came in before keep their first time."""
    sha256 = receipts.sha256_of(texts)
    known = db.session.scalars(select(IdeaReceipt.sha256).where(IdeaReceipt.idea_id == idea_id)).all()
    if sha256 not in known:
        db.session.add(IdeaReceipt(idea_id=idea_id, number=len(known) + 1, at=now, sha256=sha256))
