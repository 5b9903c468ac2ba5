"""Who holds which role where: granted, revoked, and never without a trace."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select

from portal.accounts import limits, policy, queries
from portal.accounts.events import RoleGranted, RoleRevoked
from portal.accounts.models import GRANTED, Member, RoleGrant
from portal.accounts.services.sessions import end_sessions
from portal.audit import services as audit
from portal.database import db
from portal.errors import N_, Conflict, Missing, Refusal
from portal.outbox import services as outbox
from portal.units.queries import reference


def give_role(
    granted_by: int | None,
    member: Member,
    role: str,
    unit_id: int,
    now: datetime,
    *,
    ends_at: datetime | None = None,
) -> RoleGrant:
    """Write a grant and its trace, and ask nothing: for commands, and for `grant`, which has asked."""
    given = RoleGrant(role=role, unit_id=unit_id, starts_at=now, ends_at=ends_at, granted_by_id=granted_by)
    member.grants.append(given)
    db.session.flush()
    until = ends_at.isoformat(timespec="seconds") if ends_at else None
    audit.record(granted_by, "role_granted", "member", member.id, {**_what(given), "until": until})
    return given


def grant(
    actor: Member, member: Member, role: str, unit_id: int, now: datetime, *, ends_at: datetime | None = None
) -> RoleGrant:
    """Give a role. It ends the member's sessions: the door asks more of staff. Raises Missing, Refusal and Conflict."""
    if not policy.can(actor, "administer", unit_id):
        raise Missing
    if role not in GRANTED:
        raise Refusal(N_("Chọn một vai trò trong danh sách"), field="role")
    if ends_at is not None and ends_at <= now:
        raise Refusal(N_("Ngày kết thúc phải ở phía trước"), field="until")
    limits.queue_for(f"roles {member.id}")
    db.session.refresh(member, ["status", "purposes", "grants"])
    if member.status != "active":
        raise Refusal(N_("Tài khoản này đang không hoạt động nên chưa nhận vai trò được."))
    if member.is_child:  # a guardian answers for them, and may end the account at any moment
        raise Refusal(N_("Tài khoản này có phụ huynh trông nom nên chưa nhận vai trò được."))
    if queries.open_erasure(member.id):  # asking for it was refused to staff: the bank may be left without anybody
        raise Refusal(N_("Người này đã xin xoá tài khoản nên chưa nhận vai trò được. Họ đổi ý thì nhận được."))
    if any(held.role == role and held.unit_id == unit_id for held in member.live_grants):
        raise Conflict(N_("Người này đang giữ vai trò ấy ở đơn vị ấy rồi."))
    given = give_role(actor.id, member, role, unit_id, now, ends_at=ends_at)
    end_sessions(member.id, now)
    outbox.record(RoleGranted(given.id))
    return given


def revoke(actor: Member, grant_id: int, now: datetime) -> Member:
    """Take a role away; the member's sessions end. Raises Missing, and Conflict for a second time or the last admin."""
    held = db.session.get(RoleGrant, grant_id)
    if held is None or not policy.can(actor, "administer", held.unit_id):
        raise Missing
    limits.queue_for(f"roles {held.member_id}")
    if held.role == "admin":
        keep_an_administrator(now, without=RoleGrant.id == held.id)
    db.session.refresh(held)
    if held.revoked_at is not None or (held.ends_at is not None and held.ends_at <= now):
        raise Conflict(N_("Vai trò này đã kết thúc trước đó rồi."))
    held.revoked_at, held.revoked_by_id = now, actor.id
    member = db.session.get_one(Member, held.member_id)
    db.session.flush()
    db.session.refresh(member, ["grants"])
    audit.record(actor.id, "role_revoked", "member", member.id, _what(held))
    end_sessions(member.id, now)
    outbox.record(RoleRevoked(held.id))
    return member


def keep_an_administrator(now: datetime, *, without: Any) -> None:
    """Raise Conflict if nobody would administer the bank for good any more. `without` is an SQL condition.

    Who asks waits until nobody else is taking one away: of two administrators who dismiss each other at the same
    moment, one stays.
    """
    limits.queue_for("administrators")
    lasting = (
        (RoleGrant.role == "admin")
        & (RoleGrant.unit_id == reference().centre.id)
        & RoleGrant.revoked_at.is_(None)
        & RoleGrant.ends_at.is_(None)
        & (RoleGrant.starts_at <= now)
    )
    found = select(func.count()).select_from(RoleGrant).join(Member, Member.id == RoleGrant.member_id)
    left = db.session.scalar(found.where(lasting, Member.status == "active", ~without)) or 0
    touched = db.session.scalar(select(func.count()).select_from(RoleGrant).where(lasting, without)) or 0
    if touched and not left:
        raise Conflict(N_("Đây là quản trị viên cuối cùng của cả ngân hàng. Trao vai trò cho người khác trước đã."))


def _what(held: RoleGrant) -> dict[str, Any]:
    return {"grant": held.id, "role": held.role, "unit": held.unit_id}
