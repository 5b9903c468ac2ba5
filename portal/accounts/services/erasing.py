"""Erasure: asked for, thought over, and done: the member's row becomes a number without a person."""

from __future__ import annotations

import secrets as random
from datetime import datetime

from sqlalchemy import delete, select, update

from portal.accounts import limits, queries, terms
from portal.accounts.consents import Consent, Guardianship
from portal.accounts.credentials import Authenticator, Passkey, RecoveryCode, SecurityEvent
from portal.accounts.events import ErasureAsked, ErasureDone, MemberErased
from portal.accounts.models import ApiToken, IdempotencyKey, Member, RoleGrant, SignInAttempt, SignInSession, Suspension
from portal.accounts.phones import Phone
from portal.accounts.requests import DataCopy, Erasure
from portal.database import db
from portal.errors import N_, Conflict
from portal.outbox import services as outbox

GONE = N_("Thành viên đã rời Nảy")


def ask_erasure(member: Member, now: datetime, *, keep_ideas: bool = False, asked_by: str = "member") -> Erasure:
    """Be forgotten after the time of grace. Asked again, the first wish stands.

    Raises Conflict for staff: somebody has to take over first.
    """
    limits.queue_for(f"roles {member.id}")  # who is being given a role at this moment is staff, or is given none
    db.session.execute(select(Member.id).where(Member.id == member.id).with_for_update())  # two clicks, one wish
    db.session.refresh(member, ["grants"])
    if member.is_staff:
        raise Conflict(N_("Bạn đang giữ việc của ban quản trị. Nhờ người khác nhận việc rồi mới xoá được."))
    if known := queries.open_erasure(member.id):
        return known
    wish = _wish(member, asked_by, now)
    wish.keep_ideas, wish.due_at = keep_ideas, now + terms.erasure_grace()
    db.session.add(wish)
    db.session.flush()
    outbox.record(ErasureAsked(wish.id))
    return wish


def cancel_erasure(member_id: int, now: datetime) -> None:
    """Stay. Without a wish it changes nothing."""
    mine = update(Erasure).where(Erasure.member_id == member_id, Erasure.due_at.is_not(None))
    db.session.execute(mine.values(due_at=None, cancelled_at=now).execution_options(synchronize_session=False))


def erase_due(now: datetime) -> bool:
    """Fulfil one wish whose time of grace is over; False if there is none."""
    due = select(Erasure).where(Erasure.due_at <= now).order_by(Erasure.due_at).limit(1)
    wish = db.session.scalars(due.with_for_update(skip_locked=True).execution_options(populate_existing=True)).first()
    if wish is not None:
        _fulfil(wish, now)
    return wish is not None


def erase(member_id: int, now: datetime, *, asked_by: str = "guardian", keep_ideas: bool = False) -> None:
    """Forget somebody at once: a guardian's no whose time of grace is over, or a guardian's silence."""
    wish = queries.open_erasure(member_id)
    if wish is None:
        wish = _wish(db.session.get_one(Member, member_id), asked_by, now)
        wish.keep_ideas = keep_ideas
        db.session.add(wish)
    _fulfil(wish, now)


def _wish(member: Member, asked_by: str, now: datetime) -> Erasure:
    return Erasure(member_id=member.id, asked_by=asked_by, asked_at=now, language=queries.mailbox_of(member).language)


def _fulfil(wish: Erasure, now: datetime) -> None:
    """The receipt still needs an address; it is forgotten as soon as the letter has left."""
    wish.due_at, wish.done_at = None, now
    member = db.session.get_one(Member, wish.member_id, with_for_update=True, populate_existing=True)
    if member.status == "erased":
        return
    if wish.asked_by != "silence":
        wish.receipt_to = queries.mailbox_of(member).address
    _forget(member, now)
    db.session.flush()
    outbox.record(MemberErased(member.id, wish.keep_ideas))
    if wish.receipt_to:
        outbox.record(ErasureDone(wish.id))


def _forget(member: Member, now: datetime) -> None:
    """The number stays, so that counts stay true; records of consent stay under the number."""
    guardian = queries.guardianship_of(member.id)
    known = [address for address in (member.email, guardian.email if guardian else None) if address]
    db.session.execute(
        delete(SignInAttempt).where(SignInAttempt.email.in_(known) | (SignInAttempt.for_member_id == member.id))
    )
    for model in (
        SignInSession,
        ApiToken,
        IdempotencyKey,
        DataCopy,
        Authenticator,
        Passkey,
        RecoveryCode,
        SecurityEvent,
        Phone,
    ):
        db.session.execute(delete(model).where(model.member_id == member.id))
    held = update(RoleGrant).where(RoleGrant.member_id == member.id, RoleGrant.revoked_at.is_(None))
    db.session.execute(held.values(revoked_at=now))
    suspended = update(Suspension).where(Suspension.member_id == member.id)
    db.session.execute(suspended.where(Suspension.lifted_at.is_(None)).values(lifted_at=now))
    db.session.execute(suspended.values(reason=""))
    still = update(Consent).where(Consent.member_id == member.id, Consent.withdrawn_at.is_(None))
    db.session.execute(still.values(withdrawn_at=now))
    if guardian:
        forget_guardian(guardian)
    _blank(member)


def forget_guardian(row: Guardianship) -> None:
    """Their address and name; that there was one, and when they answered, stays."""
    row.email, row.next_at = None, None
    row.name = row.relation = row.wished_name = ""


def _blank(member: Member) -> None:
    """Everything that says something about a person; handle and key of the name are random, so links break, too."""
    member.handle, member.name_fold = random.token_hex(5), random.token_hex(16)
    member.display_name, member.status, member.purposes = GONE, "erased", None
    member.email = member.birth_year = member.birth_month = member.unit_id = None
    member.minor = False
    member.password_hash = member.external_id = member.silenced_until = None
