"""A case passed on: to the unit above, or to another whose business it is. Nobody decides by not deciding."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from portal.accounts.models import Member
from portal.audit import services as audit
from portal.database import db
from portal.errors import N_, Refusal
from portal.moderation.events import CasePassed
from portal.moderation.models import Case, Move
from portal.moderation.rules import MOVE_NOTE
from portal.moderation.services.changing import changed
from portal.moderation.services.claiming import free_for
from portal.moderation.services.refusals import why_not
from portal.moderation.services.scoping import known_to, may_have
from portal.outbox import services as outbox
from portal.rules import Invalid
from portal.units.queries import reference


def pass_on(case_id: int, moderator: Member, to_code: str, note: str, now: datetime) -> Case:
    """To the unit of that code, or to the one above if there is no code. Colleagues there read the note.

    Raises Invalid, Refusal where nobody is above, Missing, and Conflict naming who holds or has decided it.
    """
    note = MOVE_NOTE.clean(note)
    errors = {"note": fault} if (fault := MOVE_NOTE.fault(note)) else {}
    unit = reference().unit_by_code.get(to_code) if to_code else None
    if to_code and unit is None:
        errors["unit"] = Refusal(N_("Không có đơn vị này"))
    if errors:
        raise Invalid(errors)
    here = db.session.execute(select(Case.unit_id, Case.level).where(Case.id == case_id, *known_to(moderator))).first()
    if here is None:
        raise why_not(case_id, moderator, now)
    to_id = unit.id if unit else above(here.unit_id)
    if to_id is None:
        raise Refusal(N_("Trên trung ương không còn cấp nào nữa."), field="unit")
    if to_id == (here.unit_id or reference().centre.id):
        raise Invalid({"unit": Refusal(N_("Mục này đang ở đơn vị ấy rồi"))})
    level = None if unit else here.level + 1
    case = db.session.scalar(
        update(Case)
        .where(Case.id == case_id, Case.state == "open", Case.level == here.level)
        .where(free_for(moderator, now), *may_have(moderator))
        .values(
            unit_id=to_id,
            level=here.level if level is None else level,
            **changed("passed", now, moderator.id),
            claimed_by_id=None,
            claimed_until=None,
            preferred_id=None,
        )
        .returning(Case)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    if case is None:
        raise why_not(case_id, moderator, now)
    db.session.add(
        Move(
            case_id=case_id,
            level=level,
            from_unit_id=here.unit_id,
            to_unit_id=to_id,
            by_id=moderator.id,
            note=note,
            at=now,
        )
    )
    outbox.record(CasePassed(case_id, case.version))
    audit.record(moderator.id, "case.pass", "case", case_id, {"from": here.unit_id, "to": to_id, "level": level})
    return case


def above(unit_id: int | None) -> int | None:
    """The unit that answers for this one; none for the centre, whose are also the cases of no unit."""
    unit = reference().unit_by_id.get(unit_id) if unit_id else None
    return unit.parent_id if unit else None
