"""Closing an account for a time, with a reason its owner reads; it opens again by itself."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update

from portal.accounts import policy, rules
from portal.accounts.events import ConsentChanged, MemberSuspended, SuspensionLifted
from portal.accounts.models import IS_OPEN, Member, RoleGrant, Suspension
from portal.accounts.services.granting import keep_an_administrator
from portal.accounts.services.sessions import end_sessions
from portal.audit import services as audit
from portal.database import db
from portal.errors import N_, Conflict, Missing, Refusal
from portal.outbox import services as outbox

SUSPENDED_FROM = ("active", "waiting")  # a child who waits for a guardian's word may be a nuisance, too


def suspend(actor: Member, member: Member, reason: str, ends_at: datetime | None, now: datetime) -> Suspension:
    """No signing in until `ends_at`, or until somebody lifts it. Raises Missing, Refusal and Conflict."""
    if not policy.may_manage(actor, member):
        raise Missing
    if actor.id == member.id:
        raise Refusal(N_("Bạn không tự tạm khoá mình được."))
    reason = rules.SUSPENSION_REASON.clean(reason)
    if fault := rules.SUSPENSION_REASON.fault(reason):
        fault.field = "reason"
        raise fault
    keep_an_administrator(now, without=RoleGrant.member_id == member.id)
    was = db.session.scalar(select(Member.status).where(Member.id == member.id).with_for_update())
    if was not in SUSPENDED_FROM:
        raise Conflict(N_("Tài khoản này đang không hoạt động sẵn rồi."))
    kept = Suspension(member_id=member.id, reason=reason, was=was, starts_at=now, ends_at=ends_at, by_id=actor.id)
    db.session.add(kept)
    _set_status(member.id, "suspended", only_from=was)
    db.session.flush()
    end_sessions(member.id, now)
    until = ends_at.isoformat(timespec="seconds") if ends_at else None
    audit.record(actor.id, "member_suspended", "member", member.id, {"suspension": kept.id, "until": until})
    outbox.record(MemberSuspended(kept.id))
    return kept


def restore(actor: Member, member: Member, now: datetime) -> None:
    """Open the account again. Raises Missing, and Conflict if it is open already."""
    if not policy.may_manage(actor, member):
        raise Missing
    kept = _open(Suspension.member_id == member.id)
    if kept is None:
        raise Conflict(N_("Tài khoản này đã được mở lại rồi."))
    _lift(kept, actor.id, now)


def lift_due(now: datetime) -> bool:
    """Lift one suspension whose time is over; False if there is none. For the scheduler."""
    kept = _open(Suspension.ends_at <= now)
    if kept is not None:
        _lift(kept, None, now)
    return kept is not None


def _open(where: object) -> Suspension | None:
    query = select(Suspension).where(IS_OPEN, where).order_by(Suspension.ends_at)  # type: ignore[arg-type]
    locked = query.limit(1).with_for_update(skip_locked=True).execution_options(populate_existing=True)
    return db.session.scalars(locked).first()


def _lift(kept: Suspension, by: int | None, now: datetime) -> None:
    kept.lifted_at, kept.lifted_by_id = now, by
    _set_status(kept.member_id, kept.was, only_from="suspended")  # erased meanwhile stays erased
    audit.record(by, "member_restored", "member", kept.member_id, {"suspension": kept.id})
    outbox.record(SuspensionLifted(kept.id))
    if db.session.scalar(select(Member.purposes).where(Member.id == kept.member_id)) is not None:
        outbox.record(ConsentChanged(kept.member_id))  # what was agreed to meanwhile takes effect


def _set_status(member_id: int, status: str, *, only_from: str) -> None:
    db.session.execute(update(Member).where(Member.id == member_id, Member.status == only_from).values(status=status))
