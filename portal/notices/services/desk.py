"""Those who work at the desk."""

from __future__ import annotations

from sqlalchemy import select

from portal import database
from portal.database import db
from portal.moderation import duty
from portal.moderation import services as desk
from portal.moderation.events import (
    CaseEscalated,
    CasePassed,
    NoteLeft,
)
from portal.moderation.models import Case, Move, Note
from portal.moderation.services.scoping import kept_from
from portal.notices.services.telling import tell


def tell_of_note(event: NoteLeft) -> None:
    """Colleagues whom a note about a case calls by name."""
    note = db.session.get_one(Note, event.note_id)
    tell(desk.called(note), "desk_note", f"case:{note.case_id}:{note.id}")


def tell_of_passing(event: CaseEscalated | CasePassed) -> None:
    """Those who answer for a case now, but not whoever sent it there.

    What goes up by itself they hear by the letter about all that is late, unless it is urgent: a day on which nobody
    was at the desk would be hundreds of lines.
    """
    if isinstance(event, CaseEscalated) and db.session.get_one(Case, event.case_id).urgent:
        return
    last = select(Move.id, Move.by_id, Move.to_unit_id).where(Move.case_id == event.case_id)
    move = db.session.execute(last.order_by(Move.id.desc()).limit(1)).one()
    staff = set(duty.moderators(move.to_unit_id, database.now(), kept_from(event.case_id))) - {move.by_id}
    tell(staff, "desk_passed", f"case:{event.case_id}:passed:{move.id}")
