"""What a member proves themselves with besides mailbox and password: tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import BigId, Key, Model


@dataclass(frozen=True)
class Factors:
    """How many second factors a member has. Recovery codes stand in for one that is lost, they are none."""

    authenticators: int = 0
    passkeys: int = 0
    recovery_codes: int = 0

    def __bool__(self) -> bool:
        return self.authenticators + self.passkeys > 0


class Authenticator(Model):
    """An app that shows six digits every 30 seconds (TOTP). The secret is derived from `token` and the secret key.

    `last_step` is the newest 30-second step that was used: no code counts twice.
    """

    __tablename__ = "authenticator"

    id: Mapped[Key]
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), unique=True)
    token: Mapped[str] = mapped_column(String(43))
    last_step: Mapped[int]
    created_at: Mapped[datetime]


class Passkey(Model):
    """A WebAuthn credential: only its public half is here."""

    __tablename__ = "passkey"

    id: Mapped[Key]
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1023), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(BigId, default=0)
    transports: Mapped[str] = mapped_column(String(80), default="")
    name: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]


class RecoveryCode(Model):
    """One of ten codes on paper, each good once. Kept as an HMAC, so that a stolen database cannot be searched."""

    __tablename__ = "recovery_code"

    id: Mapped[Key]
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    code_hash: Mapped[str] = mapped_column(String(64), unique=True)
    used_at: Mapped[datetime | None]
