"""What a unit of the Union says to an idea before everybody, with the step that goes along with it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from portal.accounts import policy
from portal.accounts.models import Member
from portal.audit import services as audit
from portal.database import db
from portal.errors import N_, Missing, Refusal
from portal.ideas import rules, states
from portal.ideas.models import Idea
from portal.ideas.queries.authors import writers
from portal.ideas.services.deciding import advance


def answer(officer: Member, idea_id: int, to: str, said: tuple[str, str], now: datetime) -> Idea:
    """Take a public idea to its next state, with words in Vietnamese and, if they like, English; the unit signs them.

    Raises Missing for an idea of other units, Refusal for one's own, Invalid with every fault, and Conflict if the
    idea has moved on meanwhile.
    """
    idea = db.session.scalar(select(Idea).where(Idea.id == idea_id).execution_options(populate_existing=True))
    unit_id = policy.unit_for(officer, "organise", idea) if idea and idea.status in states.PUBLIC else None
    if unit_id is None:
        raise Missing
    if officer.id in writers(idea_id):
        raise Refusal(N_("Đây là ý của bạn, nên người khác trả lời."), status=403)
    note_vi, note_en = rules.answer(to, *said)
    idea = advance(idea_id, to, officer, now, note_vi=note_vi, note_en=note_en, unit_id=unit_id)
    audit.record(officer.id, "idea.answer", "idea", idea_id, {"to": to, "unit": unit_id})
    return idea
