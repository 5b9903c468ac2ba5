"""What a member may do. Routes name an action, services ask about it."""

from __future__ import annotations

from typing import Any

from portal.accounts.models import MAY_SIGN_IN, Member, RoleGrant
from portal.errors import N_, Refusal
from portal.units.queries import reference

ACTIONS: dict[str, tuple[str, ...]] = {
    "write": ("member", "juror", "moderator", "organiser", "admin"),
    "moderate": ("moderator", "organiser", "admin"),
    "organise": ("organiser", "admin"),
    "announce": ("organiser", "admin"),
    "administer": ("admin",),
    "word": ("organiser", "admin"),
    "govern": ("admin",),
}
CENTRAL = {"word", "govern"}  # what concerns the whole bank: only a role held for the centre counts


def can(actor: Member, action: str, obj: Any = None) -> bool:
    """True if `actor` may do `action` to `obj`: anything with a `unit_id`, or a unit's id. Without one: somewhere.

    What belongs to no unit is the centre's. An unknown action is a mistake in the code and raises KeyError.
    """
    if actor.status != "active":
        return False
    if "member" in ACTIONS[action]:
        return True
    grants = _grants(actor, action)
    if obj is None:
        return bool(grants)
    unit_id = obj if isinstance(obj, int) else obj.unit_id
    above = reference().path(unit_id) if unit_id else []
    return any(_is_central(grant) or grant.unit_id in above for grant in grants)


def unit_for(actor: Member, action: str, obj: Any) -> int | None:
    """The unit in whose name `actor` may do `action` to `obj`, the nearest to it; None if they may not."""
    if not can(actor, action, obj):
        return None
    held = {grant.unit_id for grant in _grants(actor, action)}
    above = reference().path(obj.unit_id) if obj.unit_id else []
    return next((unit_id for unit_id in above if unit_id in held), reference().centre.id)


def units_of(actor: Member, action: str) -> frozenset[int] | None:
    """The ids of all units where `actor` may do `action`, for the WHERE of a query. None means everywhere."""
    if actor.status != "active":
        return frozenset()
    if "member" in ACTIONS[action]:
        return None
    grants = _grants(actor, action)
    if any(map(_is_central, grants)):
        return None
    return frozenset().union(*(reference().below(grant.unit_id) for grant in grants))


def may_manage(actor: Member, member: Member) -> bool:
    """True if `actor` administers the member's unit and every unit in which the member holds a role.

    A province's administrator does not suspend one of the centre's who lives there.
    """
    units = (grant.unit_id for grant in member.live_grants)
    return can(actor, "administer", member) and all(can(actor, "administer", unit_id) for unit_id in units)


def _grants(actor: Member, action: str) -> list[RoleGrant]:
    fitting = [grant for grant in actor.live_grants if grant.role in ACTIONS[action]]
    return [grant for grant in fitting if _is_central(grant)] if action in CENTRAL else fitting


def _is_central(grant: RoleGrant) -> bool:
    return grant.unit_id == reference().centre.id


def require_active(member: Member) -> None:
    """Raise Refusal if the account is suspended. Asked only after the address or the password is proven."""
    if member.status == "closed":
        raise Refusal(N_("Phụ huynh đã không đồng ý, nên tài khoản này đóng và đang được xoá."), status=403)
    if member.status not in MAY_SIGN_IN:
        raise Refusal(N_("Tài khoản này đang tạm dừng. Viết cho chúng mình nếu bạn thấy chưa đúng."), status=403)
