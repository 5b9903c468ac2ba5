"""What letters about somebody's account say: a role given or taken, an account closed for a time or open again."""

from __future__ import annotations

from datetime import datetime

from portal.accounts.models import Member, RoleGrant, Suspension
from portal.database import db
from portal.errors import N_
from portal.notifications.failures import NotWanted
from portal.notifications.models import Letter
from portal.notifications.recipients import Content, to
from portal.settings import Settings
from portal.units.queries import reference

ROLES = {
    "juror": N_("Giám khảo"),
    "moderator": N_("Người duyệt"),
    "organiser": N_("Ban tổ chức"),
    "admin": N_("Quản trị"),
}


def role_changed(letter: Letter, now: datetime, _settings: Settings) -> Content:
    held = db.session.get_one(RoleGrant, letter.payload["grant_id"], populate_existing=True)
    given = bool(letter.payload["given"])
    if given and not held.is_live(now):
        raise NotWanted("the role has ended by now")
    unit = reference().unit_by_id[held.unit_id]
    return to(
        _member(held.member_id, ("active",)),
        given=given,
        role=ROLES[held.role],
        unit=unit,
        kind_of_name="office" if unit.kind == "province" else "name",
        ends_at=held.ends_at,
    )


def account_suspended(letter: Letter, _now: datetime, _settings: Settings) -> Content:
    kept = db.session.get_one(Suspension, letter.payload["suspension_id"], populate_existing=True)
    if kept.lifted_at:
        raise NotWanted("the account is open again")
    return to(_member(kept.member_id, ("suspended",)), reason=kept.reason, ends_at=kept.ends_at)


def account_restored(letter: Letter, _now: datetime, _settings: Settings) -> Content:
    kept = db.session.get_one(Suspension, letter.payload["suspension_id"], populate_existing=True)
    return to(_member(kept.member_id, ("active", "waiting")))


def _member(member_id: int, statuses: tuple[str, ...]) -> Member:
    member = db.session.get_one(Member, member_id, populate_existing=True)
    if member.status not in statuses:
        raise NotWanted(f"the account is {member.status} by now")
    return member
