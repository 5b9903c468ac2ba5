"""What moderators tell each other about a case."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from portal.accounts.models import Member
from portal.database import db
from portal.errors import Missing
from portal.moderation.models import Case, Note
from portal.moderation.rules import NOTE
from portal.moderation.services.scoping import known_to
from portal.rules import Invalid


def add_note(case_id: int, moderator: Member, body: str, now: datetime) -> Note:
    """Leave a word for colleagues; the author never sees it. Raises Invalid and Missing."""
    body = NOTE.clean(body)
    if fault := NOTE.fault(body):
        raise Invalid({"note": fault})
    if db.session.scalar(select(Case.id).where(Case.id == case_id, *known_to(moderator))) is None:
        raise Missing
    note = Note(case_id=case_id, member_id=moderator.id, body=body, at=now)
    db.session.add(note)
    db.session.flush()
    return note
