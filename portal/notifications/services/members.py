"""Letters about an account: ways in, roles, suspensions."""

from __future__ import annotations

from sqlalchemy import select

from portal.accounts.credentials import SecurityEvent
from portal.accounts.events import (
    AddressChangeRequested,
    CodeRequested,
    MemberRegistered,
    MemberSuspended,
    RoleGranted,
    RoleRevoked,
    SecurityChanged,
    SuspensionLifted,
)
from portal.accounts.models import RoleGrant, Suspension
from portal.database import db
from portal.notifications.services.writing import write
from portal.settings import Settings


def write_sign_in_code(event: CodeRequested, settings: Settings) -> None:
    """To the address of the attempt, whether or not it has an account: the answer must not tell."""
    write(settings, "sign_in_code", event.attempt_id, None, attempt_id=event.attempt_id)


def write_email_change_code(event: AddressChangeRequested, settings: Settings) -> None:
    write(settings, "email_change_code", event.attempt_id, None, attempt_id=event.attempt_id)


def write_security_event(event: SecurityChanged, settings: Settings) -> None:
    """To whoever the account belongs to; about a changed address, to the old one."""
    found = select(SecurityEvent.member_id, SecurityEvent.kind).where(SecurityEvent.id == event.event_id)
    row = db.session.execute(found).one()
    kind = row.kind if row.kind in {"new_device", "email_changed"} else "security_changed"
    write(settings, kind, event.event_id, row.member_id, event_id=event.event_id)


def write_welcome(event: MemberRegistered, settings: Settings) -> None:
    write(settings, "welcome", event.member_id, event.member_id)


def write_role_granted(event: RoleGranted, settings: Settings) -> None:
    _write_of_role(event.grant_id, settings, given=1)


def write_role_revoked(event: RoleRevoked, settings: Settings) -> None:
    _write_of_role(event.grant_id, settings, given=0)


def _write_of_role(grant_id: int, settings: Settings, *, given: int) -> None:
    member_id = db.session.get_one(RoleGrant, grant_id).member_id
    write(settings, "role_changed", f"{grant_id}:{given}", member_id, grant_id=grant_id, given=given)


def write_suspended(event: MemberSuspended, settings: Settings) -> None:
    _write_of_suspension("account_suspended", event.suspension_id, settings)


def write_restored(event: SuspensionLifted, settings: Settings) -> None:
    _write_of_suspension("account_restored", event.suspension_id, settings)


def _write_of_suspension(kind: str, suspension_id: int, settings: Settings) -> None:
    member_id = db.session.get_one(Suspension, suspension_id).member_id
    write(settings, kind, suspension_id, member_id, suspension_id=suspension_id)
