"""A young person reaches the age of an account of their own: they agree themselves, and the guardian's part ends."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from portal.accounts import queries, terms
from portal.accounts.events import ConsentChanged
from portal.accounts.models import Member
from portal.accounts.services.erasing import forget_guardian
from portal.accounts.services.guardians import Shown, record_yes, take_back
from portal.database import db
from portal.errors import N_, Conflict
from portal.outbox import services as outbox


def is_of_age(member: Member, now: datetime) -> bool:
    """Whether a child's account may become its owner's own."""
    return member.is_child and not terms.needs_guardian(terms.known_birth(member), now.date())


def come_of_age(member_id: int, shown: Shown, language: str, now: datetime) -> None:
    """The account is theirs alone; what is kept of the guardian goes, but for the record of consents. Twice is once.

    Raises Conflict before the age.
    """
    mine = select(Member).where(Member.id == member_id).with_for_update().execution_options(populate_existing=True)
    member = db.session.scalars(mine).one()
    if not member.is_child:
        return
    if not is_of_age(member, now):
        raise Conflict(N_("Bạn chưa đủ tuổi để tự quyết định việc này."))
    take_back(member.id, "guardian", now)
    record_yes(member.id, "member", shown, language, now)
    member.purposes = None
    if member.status == "waiting":
        member.status = "active"
    guardian = queries.guardianship_of(member.id)
    if guardian:
        forget_guardian(guardian)
    db.session.flush()
    outbox.record(ConsentChanged(member.id))
