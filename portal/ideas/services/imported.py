"""What came in from a file by mistake goes again, as long as nobody has touched it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update

from portal.accounts.models import Member
from portal.database import db, portions
from portal.ideas.events import IdeaWithdrawn
from portal.ideas.models import Idea, IdeaEvent
from portal.outbox import services as outbox


def withdraw_imported(idea_ids: Sequence[int], by: Member, now: datetime) -> list[int]:
    """Withdraw those that wait as they came in; returns which. The same words may come in again."""
    as_they_came = (Idea.source == "import", Idea.status == "waiting", Idea.version == 1, Idea.published_at.is_(None))
    gone: list[int] = []
    for some in portions(idea_ids):
        theirs = update(Idea).where(Idea.id.in_(some), *as_they_came)
        withdrawn = theirs.values(status="withdrawn", external_id=None, updated_at=now).returning(Idea.id)
        gone += db.session.scalars(withdrawn.execution_options(synchronize_session=False))
    for idea_id in sorted(gone):
        db.session.add(IdeaEvent(idea_id=idea_id, status="withdrawn", at=now, by_id=by.id))
        outbox.record(IdeaWithdrawn(idea_id), now)
    return gone
