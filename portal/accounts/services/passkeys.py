"""Passkeys (WebAuthn) as a second factor. Challenges are derived, so that none has to be kept or could be used twice.

The one for signing in belongs to the attempt, which is good for one sign-in; the one for a new passkey to one form.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from ipaddress import ip_address
from urllib.parse import urlsplit

import webauthn
from sqlalchemy import delete, select, update
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.parse_authentication_credential_json import parse_authentication_credential_json
from webauthn.helpers.parse_registration_credential_json import parse_registration_credential_json
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    AuthenticatorTransport,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
)
from webauthn.registration.verify_registration_response import VerifiedRegistration

from portal.accounts import limits, secrets
from portal.accounts.credentials import Passkey
from portal.accounts.models import Member
from portal.accounts.services.factors import require_one
from portal.accounts.services.telling import Place, tell
from portal.database import db
from portal.errors import N_, Missing, Refusal

NAME = "Nảy"
FAILED = N_("Khoá này chưa dùng được. Thử lại, hoặc dùng cách khác.")


@dataclass(frozen=True)
class Site:
    """Whom a passkey is for: browsers tie it to a domain and an origin."""

    domain: str
    origin: str


@dataclass(frozen=True)
class Made:
    """A new passkey, and how it can be reached (`usb`, `internal` …): told at signing in, a browser asks for that one only."""

    key: VerifiedRegistration
    transports: list[str]


def site(base_url: str) -> Site | None:
    """None where browsers know no passkeys: at a bare number, or without TLS on another machine than this."""
    parts = urlsplit(base_url)
    domain = parts.hostname or ""
    if _is_number(domain) or (parts.scheme != "https" and domain != "localhost"):
        return None
    return Site(domain, f"{parts.scheme}://{parts.netloc}")


def _is_number(domain: str) -> bool:
    try:
        ip_address(domain)
    except ValueError:
        return False
    return True


def challenge(secret_key: str, purpose: str, token: str) -> bytes:
    """256 bits that belong to one attempt or form."""
    return bytes.fromhex(secrets.keyed(secret_key, f"passkey {purpose}", token))


def of(member_id: int) -> list[Passkey]:
    return list(db.session.scalars(select(Passkey).where(Passkey.member_id == member_id).order_by(Passkey.id)))


def options_to_create(member: Member, fresh: bytes, where: Site, secret_key: str) -> str:
    """What `navigator.credentials.create` wants, as JSON."""
    options = webauthn.generate_registration_options(
        rp_id=where.domain,
        rp_name=NAME,
        user_id=bytes.fromhex(secrets.keyed(secret_key, "passkey owner", str(member.id))),
        user_name=member.email or member.handle,
        user_display_name=member.display_name,
        challenge=fresh,
        authenticator_selection=AuthenticatorSelectionCriteria(resident_key=ResidentKeyRequirement.DISCOURAGED),
        exclude_credentials=_descriptors(of(member.id)),
    )
    return webauthn.options_to_json(options)


def read(answer: str, fresh: bytes, where: Site) -> Made:
    """What the browser made for this challenge. Raises Refusal."""
    try:
        answered = parse_registration_credential_json(answer)
        key = webauthn.verify_registration_response(
            credential=answered,
            expected_challenge=fresh,
            expected_rp_id=where.domain,
            expected_origin=where.origin,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise Refusal(FAILED) from error
    return Made(key, sorted({transport.value for transport in answered.response.transports or ()}))


def add(member: Member, made: Made, name: str, place: Place, now: datetime) -> Passkey:
    """Keep the public half. Sent twice it is one passkey. Raises Refusal for somebody else's."""
    limits.queue_for(f"factors {member.id}")
    there = db.session.scalar(select(Passkey).where(Passkey.credential_id == made.key.credential_id))
    if there is not None:
        if there.member_id != member.id:
            raise Refusal(FAILED)
        return there
    passkey = Passkey(
        member_id=member.id,
        credential_id=made.key.credential_id,
        public_key=made.key.credential_public_key,
        sign_count=made.key.sign_count,
        transports=" ".join(made.transports),
        name=name,
        created_at=now,
    )
    db.session.add(passkey)
    tell(member.id, "passkey_added", place, now)
    return passkey


def options_to_prove(member_id: int, fresh: bytes, where: Site) -> str:
    """What `navigator.credentials.get` wants, as JSON."""
    options = webauthn.generate_authentication_options(
        rp_id=where.domain, challenge=fresh, allow_credentials=_descriptors(of(member_id))
    )
    return webauthn.options_to_json(options)


def prove(member_id: int, answer: str, fresh: bytes, where: Site, now: datetime) -> bool:
    """Whether one of the member's passkeys signed the challenge. A copied one is known by a counter that stands."""
    try:
        answered = parse_authentication_credential_json(answer)
        mine = select(Passkey).where(Passkey.credential_id == answered.raw_id, Passkey.member_id == member_id)
        passkey = db.session.scalar(mine)
        if passkey is None:
            return False
        proven = webauthn.verify_authentication_response(
            credential=answered,
            expected_challenge=fresh,
            expected_rp_id=where.domain,
            expected_origin=where.origin,
            credential_public_key=passkey.public_key,
            credential_current_sign_count=passkey.sign_count,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        return False
    values = {"sign_count": proven.new_sign_count, "last_used_at": now}
    db.session.execute(update(Passkey).where(Passkey.id == passkey.id).values(**values))
    return True


def remove(member_id: int, passkey_id: int, place: Place, now: datetime, *, needs_factor: bool = False) -> None:
    """Raises Missing if the member has no such passkey, and Refusal if it is the last factor of one who needs one."""
    limits.queue_for(f"factors {member_id}")
    mine = delete(Passkey).where(Passkey.id == passkey_id, Passkey.member_id == member_id).returning(Passkey.id)
    if db.session.execute(mine).first() is None:
        raise Missing
    if needs_factor:
        require_one(member_id)
    tell(member_id, "passkey_removed", place, now)


def _descriptors(passkeys: list[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [
        PublicKeyCredentialDescriptor(
            id=one.credential_id, transports=[AuthenticatorTransport(way) for way in one.transports.split()]
        )
        for one in passkeys
    ]
