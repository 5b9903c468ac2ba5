"""What a member proves themselves with besides mailbox and password, and what has happened to it: tables."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.orm import Mapped, mapped_column

from portal.database import BigId, Key, Model
from portal.errors import N_

SECURITY_EVENTS = {
    "new_device": N_("Đăng nhập trên máy mới"),
    "password_changed": N_("Mật khẩu đã đổi"),
    "app_set": N_("Ứng dụng xác thực đã bật"),
    "app_removed": N_("Ứng dụng xác thực đã tắt"),
    "passkey_added": N_("Đã thêm một khoá"),
    "passkey_removed": N_("Đã bỏ một khoá"),
    "recovery_codes_made": N_("Đã lấy mã dự phòng mới"),
    "recovery_code_used": N_("Một mã dự phòng đã dùng"),
    "email_changed": N_("Địa chỉ e-mail đã đổi"),
    "phone_set": N_("Đã xác minh một số điện thoại"),
    "token_made": N_("Đã tạo một mã truy cập API"),
    "token_revoked": N_("Đã thu hồi một mã truy cập API"),
    "access_restored": N_("Mật khẩu và bước hai đã được gỡ"),
}
"""What members are told of, by the kind that is stored."""


HAS_ADDRESS = text("address IS NOT NULL")


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


class SecurityEvent(Model):
    """Something about how a member signs in has changed; they are told by letter and see it on their page.

    `device` and `network` are those of whoever did it. `address` is where the letter goes if not to the member:
    the old address after it was changed.
    """

    __tablename__ = "security_event"
    __table_args__ = (
        Index(None, "member_id", "id"),
        Index("ix_security_event_address", "address", postgresql_where=HAS_ADDRESS, sqlite_where=HAS_ADDRESS),
    )

    id: Mapped[Key]
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    kind: Mapped[str] = mapped_column(String(30))
    at: Mapped[datetime]
    device: Mapped[str] = mapped_column(String(200), default="")
    network: Mapped[str] = mapped_column(String(20), default="")
    address: Mapped[str | None] = mapped_column(String(254))
