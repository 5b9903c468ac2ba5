"""Looking at pages as a member sees them: read only, for half an hour, and never unrecorded."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from portal.accounts import policy
from portal.accounts.models import IS_VIEWING, Member, SignInSession
from portal.audit import services as audit
from portal.database import db
from portal.errors import N_, Missing, Refusal

VIEW_FOR = timedelta(minutes=30)


def begin_viewing(actor: Member, device: SignInSession, member: Member, now: datetime) -> None:
    """From the next page on this device shows what `member` sees. Raises Missing and Refusal."""
    if not policy.may_manage(actor, member):
        raise Missing
    if member.id == actor.id or policy.can(member, "administer"):
        raise Refusal(N_("Không xem như một quản trị viên được."), status=403)
    if member.status != "active":
        raise Refusal(N_("Tài khoản này đang không hoạt động nên không có trang nào để xem."))
    device.viewing_id, device.viewing_until = member.id, now + VIEW_FOR
    audit.record(actor.id, "view_as_began", "member", member.id, {"minutes": int(VIEW_FOR.total_seconds() // 60)})


def end_viewing(device: SignInSession) -> None:
    """Back to oneself; a second time changes nothing."""
    if device.viewing_id is not None:
        audit.record(device.member_id, "view_as_ended", "member", device.viewing_id, {})
        device.viewing_id = device.viewing_until = None


def end_views_due(now: datetime) -> bool:
    """End one view whose time, or whose session, is over; False if there is none. For the scheduler."""
    over = (SignInSession.viewing_until <= now) | SignInSession.revoked_at.is_not(None)
    due = select(SignInSession).where(IS_VIEWING, over).limit(1)
    device = db.session.scalars(
        due.with_for_update(skip_locked=True, of=SignInSession).execution_options(populate_existing=True)
    ).first()
    if device is not None:
        end_viewing(device)
    return device is not None


def see_email(actor: Member, member: Member) -> str:
    """The member's address, and a trace that it was looked at. Raises Missing."""
    if not policy.may_manage(actor, member) or not member.email:
        raise Missing
    audit.record(actor.id, "email_seen", "member", member.id, {})
    return member.email
