"""What the environment says, read once at start and checked with words a person can act on."""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from email.utils import parseaddr
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import current_app

if TYPE_CHECKING:
    from collections.abc import Mapping

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
"""Where the days of readers begin and end."""
SMTP_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class SettingsError(ValueError):
    """The environment asks for something that cannot run; the message says what to change."""


@dataclass(frozen=True)
class Oidc:
    """A service people may sign in by (OpenID Connect), and what it knows this portal by. `name` stands on the button."""

    issuer: str
    client_id: str
    client_secret: str
    name: str


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All settings of one process. Durations are seconds."""

    profile: str
    var_dir: Path
    database_url: str
    redis_url: str | None
    smtp_url: str | None
    mail_from: str
    base_url: str
    secret_key: str
    host: str
    port: int
    web_workers: int
    proxy_hops: int
    log_level: str
    limits: bool
    claim_ttl: int
    review_deadline: int
    escalate_after: int
    undo_window: int
    code_ttl: int
    reset_ttl: int
    session_idle: int
    outbox_lease: int
    digest_every: int
    remind_draft_after: int
    support_goal: int
    support_months: int
    quiet_hours: tuple[int, int] | None
    bounce_address: str | None
    bounce_secret: str | None
    dkim_key: Path | None
    dkim_selector: str
    min_age: int
    min_own_account_age: int
    adult_age: int
    guardian_remind: tuple[int, int]
    guardian_deadline: int
    guardian_link: int
    erasure_grace: int
    copy_ttl: int
    sms_url: str | None
    sms_token: str
    phone_verification: bool
    oidc: Oidc | None
    source_url: str | None
    metrics_token: str | None
    vapid_private_key: str | None
    push_hosts: frozenset[str]

    @property
    def contact(self) -> str:
        """Where people can write to the ones who run this portal: the address its letters come from."""
        return parseaddr(self.mail_from)[1]

    @property
    def production(self) -> bool:
        return self.profile == "production"

    @property
    def mailbox_dir(self) -> Path:
        return self.var_dir / "mailbox"

    @property
    def secure_cookies(self) -> bool:
        return self.base_url.startswith("https://")

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Settings:
        """Read the environment. Raises SettingsError naming the variable that is wrong."""
        env = os.environ if env is None else env
        profile = env.get("APP_PROFILE", "development")
        if profile not in {"development", "production"}:
            raise SettingsError(f"APP_PROFILE is '{profile}': say development or production.")
        var_dir = Path(env.get("VAR_DIR", "var")).resolve()
        port = whole(env, "PORT", 8000)
        base_url = env.get("BASE_URL", "").rstrip("/")
        secret_key = env.get("SECRET_KEY", "")
        if profile == "production":
            for name, value in (("SECRET_KEY", secret_key), ("BASE_URL", base_url)):
                if not value:
                    raise SettingsError(f"The production profile needs {name}.")
        base_url = base_url or f"http://127.0.0.1:{port}"
        if not base_url.startswith(("http://", "https://")):
            raise SettingsError("BASE_URL begins with http:// or https://.")
        limits = env.get("LIMITS", "on")
        if limits not in {"on", "off"}:
            raise SettingsError(f"LIMITS is '{limits}': say on or off.")
        if limits == "off" and urlsplit(base_url).hostname not in LOOPBACK:
            raise SettingsError("LIMITS=off is for measurements on this machine: BASE_URL must be a loopback address.")
        host = urlsplit(base_url).hostname or "localhost"
        return cls(
            profile=profile,
            var_dir=var_dir,
            database_url=database_url(env.get("DATABASE_URL", ""), var_dir),
            redis_url=env.get("REDIS_URL") or None,
            smtp_url=smtp_url(env.get("SMTP_URL", "")),
            mail_from=env.get(
                "MAIL_FROM", f"Nảy <nay@{host if '.' in host and not host[-1].isdigit() else 'localhost.localdomain'}>"
            ),
            base_url=base_url,
            secret_key=secret_key or kept_secret(var_dir),
            host=env.get("HOST", "127.0.0.1"),
            port=port,
            web_workers=whole(env, "WEB_WORKERS", 1),
            proxy_hops=whole(env, "PROXY_HOPS", 0),
            log_level=env.get("LOG_LEVEL", "INFO").upper(),
            limits=limits == "on",
            claim_ttl=whole(env, "CLAIM_TTL", 600),
            review_deadline=whole(env, "REVIEW_DEADLINE", 259_200),
            escalate_after=whole(env, "ESCALATE_AFTER", 345_600),
            undo_window=whole(env, "UNDO_WINDOW", 60),
            code_ttl=whole(env, "CODE_TTL", 600),
            reset_ttl=whole(env, "RESET_TTL", 1_800),
            session_idle=whole(env, "SESSION_IDLE", 1_209_600),
            outbox_lease=whole(env, "OUTBOX_LEASE", 60),
            digest_every=max(1, whole(env, "DIGEST_EVERY", 86_400)),
            remind_draft_after=whole(env, "REMIND_DRAFT_AFTER", 259_200),
            support_goal=whole(env, "SUPPORT_GOAL", 0),
            support_months=whole(env, "SUPPORT_MONTHS", 0),
            quiet_hours=quiet_hours(env.get("QUIET_HOURS", "22-7")),
            bounce_address=bounce_address(env.get("BOUNCE_ADDRESS", "")),
            bounce_secret=env.get("BOUNCE_SECRET") or None,
            dkim_key=Path(env["DKIM_KEY"]) if env.get("DKIM_KEY") else None,
            dkim_selector=env.get("DKIM_SELECTOR", "nay"),
            min_age=whole(env, "MIN_AGE", 7),
            min_own_account_age=whole(env, "MIN_OWN_ACCOUNT_AGE", 16),
            adult_age=whole(env, "ADULT_AGE", 18),
            guardian_remind=(whole(env, "GUARDIAN_REMIND", 259_200), whole(env, "GUARDIAN_REMIND_AGAIN", 864_000)),
            guardian_deadline=whole(env, "GUARDIAN_DEADLINE", 2_592_000),
            guardian_link=whole(env, "GUARDIAN_LINK", 2_592_000),
            erasure_grace=whole(env, "ERASURE_GRACE", 1_209_600),
            copy_ttl=whole(env, "COPY_TTL", 604_800),
            sms_url=sms_url(env.get("SMS_URL", "")),
            sms_token=env.get("SMS_TOKEN", ""),
            phone_verification=phone_verification(env),
            oidc=oidc(env),
            source_url=env.get("SOURCE_URL") or None,
            metrics_token=env.get("METRICS_TOKEN") or None,
            vapid_private_key=env.get("VAPID_PRIVATE_KEY") or None,
            push_hosts=frozenset(env.get("PUSH_HOSTS", "").replace(",", " ").split()),
        )


def whole(env: Mapping[str, str], name: str, default: int) -> int:
    text = env.get(name, "").strip()
    if not text:
        return default
    if not text.isdecimal():
        raise SettingsError(f"{name} is '{text}': give a whole number, 0 or more.")
    return int(text)


def quiet_hours(text: str) -> tuple[int, int] | None:
    """From when to when, in whole hours of the day, letters that can wait do wait."""
    if text == "off":
        return None
    hours = text.split("-")
    if len(hours) != 2 or not all(hour.isdecimal() and int(hour) < 24 for hour in hours):
        raise SettingsError(f"QUIET_HOURS is '{text}': say 22-7, or off.")
    return int(hours[0]), int(hours[1])


def bounce_address(text: str) -> str | None:
    name, at, domain = text.partition("@")
    if text and not (name and at and "." in domain and "+" not in name):
        raise SettingsError("BOUNCE_ADDRESS is one address without a plus, such as bounces@nay.example.vn.")
    return text or None


def database_url(text: str, var_dir: Path) -> str:
    if not text:
        return f"sqlite:///{var_dir / 'ideabank.sqlite3'}"
    for plain in ("postgresql://", "postgres://"):
        if text.startswith(plain):
            return "postgresql+psycopg://" + text.removeprefix(plain)
    if not text.startswith(("sqlite:///", "postgresql+psycopg://")):
        raise SettingsError("DATABASE_URL begins with sqlite:/// or postgresql+psycopg://.")
    return text


def smtp_url(text: str) -> str | None:
    parts = urlsplit(text)
    if text and (parts.scheme not in SMTP_PORTS or not parts.hostname):
        raise SettingsError("SMTP_URL begins with smtp://, smtps:// or smtp+starttls:// and names a host.")
    return text or None


def sms_url(text: str) -> str | None:
    parts = urlsplit(text)
    if text and (parts.scheme not in {"http", "https"} or not parts.hostname):
        raise SettingsError("SMS_URL begins with http:// or https:// and names a host.")
    return text or None


def phone_verification(env: Mapping[str, str]) -> bool:
    wish = env.get("PHONE_VERIFICATION", "off")
    if wish not in {"on", "off"}:
        raise SettingsError(f"PHONE_VERIFICATION is '{wish}': say on or off.")
    if wish == "on" and not env.get("SMS_URL"):
        raise SettingsError("PHONE_VERIFICATION=on needs SMS_URL: without a gateway nobody could write any more.")
    return wish == "on"


def oidc(env: Mapping[str, str]) -> Oidc | None:
    issuer, client_id, secret = (
        env.get("OIDC_ISSUER", ""),
        env.get("OIDC_CLIENT_ID", ""),
        env.get("OIDC_CLIENT_SECRET", ""),
    )
    if not issuer:
        return None
    parts = urlsplit(issuer)
    if parts.hostname is None or (parts.scheme != "https" and parts.hostname not in LOOPBACK):
        raise SettingsError("OIDC_ISSUER begins with https:// and names a host.")
    if not client_id or not secret:
        raise SettingsError("OIDC_ISSUER needs OIDC_CLIENT_ID and OIDC_CLIENT_SECRET: the provider gives you both.")
    return Oidc(issuer.rstrip("/"), client_id, secret, env.get("OIDC_NAME") or parts.hostname)


def kept_secret(var_dir: Path) -> str:
    """The development profile makes its own secret once and keeps it, so sessions outlive a restart."""
    file = var_dir / "secret-key"
    if file.exists():
        return file.read_text(encoding="ascii").strip()
    var_dir.mkdir(parents=True, exist_ok=True)
    secret = secrets.token_urlsafe(48)
    try:
        with os.fdopen(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="ascii") as handle:
            handle.write(secret)
    except FileExistsError:  # two processes started at once: the first one's secret counts
        return file.read_text(encoding="ascii").strip()
    return secret


def current_settings() -> Settings:
    """The settings of the portal that is running."""
    settings: Settings = current_app.config["SETTINGS"]
    return settings
