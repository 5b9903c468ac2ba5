"""Two ideas that are public already and mean the same: a moderator opens a case to merge one into the other."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update

from portal.accounts import policy
from portal.accounts.models import Member
from portal.audit import services as audit
from portal.database import db
from portal.errors import Missing
from portal.ideas import states
from portal.ideas.models import Idea
from portal.moderation.models import Case
from portal.moderation.services import opening
from portal.moderation.services.deadlines import Deadlines

MERGEABLE = states.before("merged")


def open_merge_case(idea_id: int, by: Member, deadlines: Deadlines, now: datetime) -> int:
    """The case about merging this idea away: a new one, or the one that is open. Returns its id.

    Raises Missing outside the moderator's units, and Conflict if the idea is not public or is too far on its way.
    """
    idea = db.session.get(Idea, idea_id, populate_existing=True)
    if idea is None or not policy.can(by, "moderate", idea):
        raise Missing
    if idea.status not in states.PUBLIC or idea.status not in MERGEABLE:
        raise states.moved_on()
    subject = f"merge:{idea_id}"
    about = {"idea_id": idea_id, "idea_version": idea.version, "unit_id": idea.unit_id, "triaged_at": now}
    made = opening.insert(deadlines, created_at=now, kind="merge", subject=subject, **about)
    if made is not None:
        audit.record(by.id, "case.open", "case", made, {"idea": idea_id, "kind": "merge"})
        return made
    mine = update(Case).where(Case.subject == subject, Case.state == "open")
    mine = mine.values(opening.renewed(idea.version)).returning(Case.id)
    return db.session.scalars(mine.execution_options(synchronize_session=False)).one()
