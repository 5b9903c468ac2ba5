"""What letters about consent say; the address is the guardian's."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from portal.accounts import queries as accounts
from portal.accounts.consents import PURPOSES, Guardianship
from portal.accounts.links import guardian_token
from portal.accounts.models import Member
from portal.database import db
from portal.notifications.failures import NotWanted
from portal.notifications.models import Letter
from portal.notifications.recipients import Content
from portal.settings import Settings


def guardian(letter: Letter, _now: datetime, settings: Settings) -> Content:
    """To a child's guardian: the question, the reminder, or what we wrote down of the answer."""
    both = select(Guardianship, Member).join(Member, Member.id == Guardianship.member_id)
    found = both.where(Guardianship.id == letter.payload["guardianship_id"])
    row, child = db.session.execute(found.execution_options(populate_existing=True)).one()
    if row.email is None:
        raise NotWanted("the child's data are erased")
    if row.state != "waiting" and letter.kind != "guardian_receipt":
        raise NotWanted("the guardian has answered")
    given = accounts.standing(child.id)["guardian"]
    deadline = row.asked_at + timedelta(seconds=settings.guardian_deadline)
    values = {
        "name": row.wished_name or child.display_name,
        "state": row.state,
        "token": guardian_token(settings, row.key),
        "choices": [PURPOSES[name].label for name in PURPOSES if name in given],
        "deleted_at": deadline if row.state == "waiting" else row.next_at,
        "contact": settings.contact,
    }
    return Content(row.email, row.language, values)
