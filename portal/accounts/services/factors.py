"""The second factor: an app that shows six digits, and ten codes on paper for the day it is lost."""

from __future__ import annotations

from base64 import b32encode
from datetime import datetime

import pyotp
from pyotp.exceptions import OTPVerificationError
from sqlalchemy import Delete, delete, select, update

from portal.accounts import limits, queries, secrets
from portal.accounts.credentials import Authenticator, Passkey, RecoveryCode
from portal.accounts.models import Member
from portal.accounts.services.sessions import shut_out
from portal.accounts.services.telling import Place, tell
from portal.audit import services as audit
from portal.database import db
from portal.errors import N_, Refusal

ISSUER = "Nảy"
STEPS_ASIDE = 1  # clocks of phones are off by up to half a minute
RECOVERY_CODES = 10
LAST_FACTOR = N_("Tài khoản của bạn cần xác thực hai bước, nên không bỏ cách cuối cùng được. Bạn có thể đổi ứng dụng.")


# --- the app ------------------------------------------------------------------------------------


def secret_of(member_id: int, token: str, secret_key: str) -> str:
    """160 bits in base 32. Whoever has the database, and in it the token, does not have them."""
    return b32encode(bytes.fromhex(secrets.keyed(secret_key, f"authenticator {member_id}", token))[:20]).decode()


def address_of(member: Member, token: str, secret_key: str) -> str:
    """What the picture says to the app: `otpauth://totp/…`."""
    return pyotp.TOTP(secret_of(member.id, token, secret_key)).provisioning_uri(name=member.email, issuer_name=ISSUER)


def set_authenticator(member_id: int, token: str, code: str, secret_key: str, place: Place, now: datetime) -> bool:
    """From the first right code on the app counts, in place of one there was. Sent twice, it is set once."""
    step = _step_of(member_id, token, code, secret_key, now)
    if step is None:
        return False
    limits.queue_for(f"factors {member_id}")
    kept = db.session.scalar(select(Authenticator.token).where(Authenticator.member_id == member_id))
    if kept != token:
        db.session.execute(_apps_of(member_id))
        db.session.add(Authenticator(member_id=member_id, token=token, last_step=step, created_at=now))
        db.session.flush()
        tell(member_id, "app_set", place, now)
    return True


def enter_app_code(member_id: int, code: str, secret_key: str, now: datetime) -> bool:
    """Whether the code is of now and nobody used it before: one statement decides, so of fifty at once one passes."""
    app = db.session.scalar(select(Authenticator).where(Authenticator.member_id == member_id))
    step = _step_of(member_id, app.token, code, secret_key, now) if app else None
    if app is None or step is None:
        return False
    unused = (Authenticator.id == app.id) & (Authenticator.last_step < step)
    used = update(Authenticator).where(unused).values(last_step=step).returning(Authenticator.id)
    return db.session.execute(used.execution_options(synchronize_session=False)).first() is not None


def _step_of(member_id: int, token: str, code: str, secret_key: str, now: datetime) -> int | None:
    """The 30-second step the code belongs to, if that is now or next to it."""
    totp = pyotp.TOTP(secret_of(member_id, token, secret_key))
    try:
        return totp.verify_and_get_timecode(code, for_time=now, valid_window=STEPS_ASIDE)
    except OTPVerificationError:
        return None


def remove_authenticator(member_id: int, place: Place, now: datetime, *, needs_factor: bool = False) -> None:
    """Raises Refusal if it is the last factor of somebody who needs one."""
    limits.queue_for(f"factors {member_id}")
    if db.session.scalar(_apps_of(member_id).returning(Authenticator.id)) is not None:
        if needs_factor:
            require_one(member_id)
        tell(member_id, "app_removed", place, now)


def require_one(member_id: int) -> None:
    """Raises Refusal if nothing is left for the second step: asked after a removal, in its transaction."""
    left = queries.factors(member_id)
    if not left.authenticators and not left.passkeys:
        raise Refusal(LAST_FACTOR, status=409)


def _apps_of(member_id: int) -> Delete:
    return delete(Authenticator).where(Authenticator.member_id == member_id)


def forget_all(member: Member, now: datetime) -> None:
    """For the one who runs the portal, when phone and recovery codes are lost and it is sure who asks.

    Password and second factors are gone and whoever got in before is out: the next code by e-mail begins anew.
    """
    for model in (Authenticator, Passkey, RecoveryCode):
        db.session.execute(delete(model).where(model.member_id == member.id))
    member.password_hash = None
    shut_out(member.id, now)
    tell(member.id, "access_restored", Place(), now)
    audit.record(None, "access_restored", "member", member.id, {})


# --- codes on paper -----------------------------------------------------------------------------


def recovery_codes(member_id: int, seed: str, secret_key: str) -> list[str]:
    """The ten codes of a seed, 'k3f9-x2mq-7tbn'. The seed is in one form on one page: sent twice, it is one set."""
    return [
        _recovery_code(secrets.keyed(secret_key, f"recovery {member_id} {number}", seed))
        for number in range(RECOVERY_CODES)
    ]


def renew_recovery_codes(member_id: int, seed: str, secret_key: str, place: Place, now: datetime) -> list[str]:
    """Ten new codes; those before them no longer count, used ones of the same seed stay used."""
    codes = recovery_codes(member_id, seed, secret_key)
    hashes = [_hash(member_id, code, secret_key) for code in codes]
    limits.queue_for(f"factors {member_id}")
    kept = set(db.session.scalars(select(RecoveryCode.code_hash).where(RecoveryCode.member_id == member_id)))
    if not kept.intersection(hashes):
        db.session.execute(delete(RecoveryCode).where(RecoveryCode.member_id == member_id))
        db.session.add_all(RecoveryCode(member_id=member_id, code_hash=one) for one in hashes)
        db.session.flush()
        tell(member_id, "recovery_codes_made", place, now)
    return codes


def use_recovery_code(member_id: int, code: str, secret_key: str, now: datetime) -> bool:
    """Whether the code is one of the member's that was not used yet; it is now."""
    mine = (RecoveryCode.code_hash == _hash(member_id, _plain(code), secret_key)) & RecoveryCode.used_at.is_(None)
    used = update(RecoveryCode).where(mine).values(used_at=now).returning(RecoveryCode.id)
    return db.session.execute(used).first() is not None


def _recovery_code(digest: str) -> str:
    """60 bits as twelve small letters and digits; base 32 has no 0 and no 1."""
    letters = b32encode(bytes.fromhex(digest))[:12].decode().lower()
    return "-".join(letters[start : start + 4] for start in (0, 4, 8))


def _plain(typed: str) -> str:
    letters = "".join(mark for mark in typed.lower() if mark.isalnum())[:12]
    return "-".join(letters[start : start + 4] for start in (0, 4, 8))


def _hash(member_id: int, code: str, secret_key: str) -> str:
    return secrets.keyed(secret_key, f"recovery code {member_id}", code)
