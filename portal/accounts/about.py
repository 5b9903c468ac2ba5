"""What accounts keep about a person, for the copy of their data: by name of the section, the query for its rows."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Executable, literal, select, union_all

from portal.accounts.consents import Consent, Guardianship
from portal.accounts.credentials import Authenticator, Passkey, SecurityEvent
from portal.accounts.models import ApiToken, Member, RoleGrant, SignInSession, Suspension
from portal.accounts.phones import Phone
from portal.accounts.requests import Erasure
from portal.units.models import Unit


def about(member_id: int) -> dict[str, Executable]:
    account = (
        *("handle", "email", "display_name", "status", "language", "birth_year", "birth_month"),
        *("silenced_until", "created_at"),
    )
    consent = ("giver", "purpose", "text_version", "text_hash", "language", "channel", "given_at", "withdrawn_at")
    return {
        "account": select(*_of(Member, *account), Unit.name_vi.label("unit"))
        .outerjoin(Unit, Unit.id == Member.unit_id)
        .where(Member.id == member_id),
        "guardian": select(*_of(Guardianship, "email", "state", "asked_at", "answered_at")).where(
            Guardianship.member_id == member_id
        ),
        "consents": select(*_of(Consent, *consent)).where(Consent.member_id == member_id),
        "devices": select(*_of(SignInSession, "device", "created_at", "last_seen_at", "revoked_at")).where(
            SignInSession.member_id == member_id
        ),
        "security": select(*_of(SecurityEvent, "kind", "at", "device", "network")).where(
            SecurityEvent.member_id == member_id
        ),
        "factors": union_all(
            select(literal("app").label("kind"), literal("").label("name"), *_of(Authenticator, "created_at")).where(
                Authenticator.member_id == member_id
            ),
            select(literal("passkey"), *_of(Passkey, "name", "created_at")).where(Passkey.member_id == member_id),
        ),
        "suspensions": select(*_of(Suspension, "reason", "starts_at", "ends_at", "lifted_at")).where(
            Suspension.member_id == member_id
        ),
        "phone": select(*_of(Phone, "number", "created_at", "verified_at")).where(Phone.member_id == member_id),
        "tokens": select(*_of(ApiToken, "name", "created_at", "last_used_at", "revoked_at")).where(
            ApiToken.member_id == member_id
        ),
        "roles": select(*_of(RoleGrant, "role", "unit_id", "starts_at", "ends_at", "revoked_at")).where(
            RoleGrant.member_id == member_id
        ),
        "erasures": select(*_of(Erasure, "asked_by", "keep_ideas", "asked_at", "cancelled_at")).where(
            Erasure.member_id == member_id
        ),
    }


def _of(model: Any, *names: str) -> list[Any]:
    return [getattr(model, name) for name in names]
