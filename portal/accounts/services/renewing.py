"""Words of consent that have come to allow more: a yes to the earlier ones ends, and whoever gave it is asked anew.

Why nothing goes on meanwhile: `docs/decisions/0015-children-and-erasure.md`.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from portal.accounts.consents import PURPOSES, Consent, Guardianship, outdated
from portal.accounts.events import ConsentOutgrown
from portal.accounts.models import Member
from portal.accounts.services.guardians import follow, locked
from portal.database import db
from portal.outbox import services as outbox


def renew(now: datetime) -> bool:
    """See to one child of whom a yes no longer says enough, their own or the guardian's. False if there is none."""
    children = select(Guardianship.id).join(Member, Member.id == Guardianship.member_id)
    children = children.where(Member.purposes.is_not(None))
    theirs = select(Consent.id).where(Consent.member_id == Member.id, outdated())
    found = db.session.scalar(children.where(theirs.exists()).limit(1))
    if found is None:
        return False
    row, child = locked(found)
    ended = update(Consent).where(Consent.member_id == child.id, outdated()).values(withdrawn_at=now)
    ended = ended.returning(Consent.giver, Consent.purpose).execution_options(synchronize_session=False)
    given = {yes.purpose for yes in db.session.execute(ended).all() if yes.giver == "guardian"}
    follow(child, row)
    if asked := [purpose for purpose in PURPOSES if purpose in given]:
        row.letters += 1
        db.session.flush()
        outbox.record(ConsentOutgrown(row.id, row.letters, " ".join(asked)))
    return True
