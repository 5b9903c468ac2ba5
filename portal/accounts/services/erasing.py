"""Erasure: the member's row becomes a number without a person, and the rooms hear of it."""

from __future__ import annotations

import secrets as random
from datetime import datetime

from sqlalchemy import delete, update

from portal.accounts.consents import Consent, Guardianship
from portal.accounts.credentials import Authenticator, Passkey, RecoveryCode
from portal.accounts.events import MemberErased
from portal.accounts.models import ApiToken, IdempotencyKey, Member, RoleGrant, SignInAttempt, SignInSession
from portal.database import db
from portal.errors import N_
from portal.outbox import services as outbox

GONE = N_("Thành viên đã rời Nảy")


def erase(member_id: int, now: datetime, *, keep_ideas: bool = False) -> None:
    """Forget who a member is. Their number stays, so that counts stay true; consent records stay under the number.

    Sent again it changes nothing. There is no way back.
    """
    member = db.session.get(Member, member_id, with_for_update=True, populate_existing=True)
    if member is None or member.status == "erased":
        return
    guardian = db.session.query(Guardianship).filter_by(member_id=member_id).one_or_none()
    known = [address for address in (member.email, guardian.email if guardian else None) if address]
    db.session.execute(delete(SignInAttempt).where(SignInAttempt.email.in_(known)))
    for model in (SignInSession, ApiToken, IdempotencyKey, Authenticator, Passkey, RecoveryCode):
        db.session.execute(delete(model).where(model.member_id == member_id))
    held = update(RoleGrant).where(RoleGrant.member_id == member_id, RoleGrant.revoked_at.is_(None))
    db.session.execute(held.values(revoked_at=now))
    still = update(Consent).where(Consent.member_id == member_id, Consent.withdrawn_at.is_(None))
    db.session.execute(still.values(withdrawn_at=now))
    if guardian:
        guardian.email, guardian.next_at = None, None
        guardian.name = guardian.relation = guardian.wished_name = ""
    _blank(member)
    db.session.flush()
    outbox.record(MemberErased(member_id, keep_ideas))


def _blank(member: Member) -> None:
    """Everything that says something about a person; handle and key of the name are random, so links break, too."""
    member.handle, member.name_fold = random.token_hex(5), random.token_hex(16)
    member.display_name, member.status, member.purposes = GONE, "erased", None
    member.email = member.birth_year = member.birth_month = member.unit_id = None
    member.password_hash = member.external_id = None
