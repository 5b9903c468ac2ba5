"""What moderators tell each other about a case."""

from __future__ import annotations

import re
from datetime import datetime

from sqlalchemy import select

from portal.accounts import policy
from portal.accounts.models import Member
from portal.database import db
from portal.errors import Conflict, Missing
from portal.moderation.events import NoteLeft
from portal.moderation.models import Case, Note
from portal.moderation.rules import NOTE
from portal.moderation.services.refusals import why_not
from portal.moderation.services.scoping import kept_from, may_talk
from portal.outbox import services as outbox
from portal.rules import Invalid
from portal.units.queries import reference

MENTION = re.compile(r"(?<![\w@])@([a-z0-9][a-z0-9-]{1,39})", re.IGNORECASE)
MOST_CALLED = 10


def add_note(case_id: int, moderator: Member, body: str, now: datetime) -> Note:
    """Leave a word for colleagues; nobody near the text ever sees it.

    Raises Invalid, Missing, and Conflict if the case was passed on meanwhile.
    """
    body = NOTE.clean(body)
    if fault := NOTE.fault(body):
        raise Invalid({"note": fault})
    if db.session.scalar(select(Case.id).where(Case.id == case_id, *may_talk(moderator))) is None:
        refusal = why_not(case_id, moderator, now)
        raise refusal if isinstance(refusal, Conflict) else Missing
    note = Note(case_id=case_id, member_id=moderator.id, body=body, at=now)
    db.session.add(note)
    db.session.flush()
    outbox.record(NoteLeft(note.id))
    return note


def called(note: Note) -> list[int]:
    """Ids of the colleagues whom a note names with @handle and who may read it."""
    handles = [handle.lower() for handle in MENTION.findall(note.body)][:MOST_CALLED]
    unit_id = db.session.scalar(select(Case.unit_id).where(Case.id == note.case_id))
    named = db.session.scalars(select(Member).where(Member.handle.in_(handles), Member.id != note.member_id))
    place, near = unit_id or reference().centre.id, kept_from(note.case_id)
    return [member.id for member in named if policy.can(member, "moderate", place) and member.id not in near]
