"""Can the portal run here? What is wrong, and what to do about it."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable
from http.client import HTTPException
from urllib.parse import urlsplit
from urllib.request import urlopen

import click
import redis
import sqlalchemy as sa
from alembic.runtime.migration import MigrationContext

from portal import backups, launcher
from portal.commands import mail_names
from portal.database import engine_options
from portal.notifications.mailer import SmtpMailer
from portal.notifications.signing import signer_for
from portal.settings import Settings, SettingsError

LITTLE_SPACE = 500_000_000
WAIT = 3


class Trouble(Exception):  # noqa: N818  # a finding, not a fault of ours
    """Something is wrong: what, and what to do."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what} {remedy}")


@click.command()
def doctor() -> None:
    """Look at settings, folder, database, broker and mail. Exit status 1 if something is wrong."""
    try:
        settings = Settings.from_env()
    except SettingsError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"ok     settings: {settings.profile} profile, {settings.base_url}")
    healthy = [_look(name, examine, settings) for name, examine in EXAMINATIONS.items()]
    if not all(healthy):
        raise SystemExit(1)


def _look(name: str, examine: Callable[[Settings], str], settings: Settings) -> bool:
    try:
        click.echo(f"ok     {name}: {examine(settings)}")
    except Trouble as trouble:
        click.echo(f"WRONG  {name}: {trouble}")
        return False
    return True


def folder(settings: Settings) -> str:
    place = settings.var_dir
    try:
        place.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=place):
            free = shutil.disk_usage(place).free
    except OSError as error:
        raise Trouble(f"{place} cannot be written ({error.strerror}).", "Set VAR_DIR to a folder of yours.") from error
    if free < LITTLE_SPACE:
        raise Trouble(f"{free // 1_000_000} MB are left on the disk of {place}.", "Make room.")
    return f"{place} can be written, {free // 1_000_000_000} GB free"


def database(settings: Settings) -> str:
    url = sa.make_url(settings.database_url)
    if backups.is_missing(url):
        raise Trouble(f"there is no file {url.database} yet.", "Run `ideabank migrate`, or `ideabank up`.")
    engine = sa.create_engine(url, **engine_options(settings.database_url))
    try:
        with engine.connect() as connection:
            present = set(MigrationContext.configure(connection).get_current_heads())
    except sa.exc.SQLAlchemyError as error:
        cause = str(getattr(error, "orig", error)).strip().partition("\n")[0]
        raise Trouble(f"cannot be used ({cause}).", "Start it, or correct DATABASE_URL.") from error
    finally:
        engine.dispose()
    wanted = set(backups.revisions().get_heads())
    if present != wanted:
        have = ", ".join(present) or "nothing"
        raise Trouble(f"holds schema {have}, the portal wants {', '.join(wanted)}.", "Run `ideabank migrate`.")
    return f"{url.render_as_string(hide_password=True)}, schema {', '.join(wanted)}"


def broker(settings: Settings) -> str:
    if settings.redis_url is None:
        try:
            return f"REDIS_URL is not set; `ideabank up` starts {launcher.broker_binary()}"
        except SettingsError as error:
            raise Trouble(str(error), "") from error
    parts = urlsplit(settings.redis_url)
    try:
        redis.Redis.from_url(settings.redis_url, socket_timeout=WAIT, socket_connect_timeout=WAIT).ping()
    except (redis.RedisError, ValueError, OSError) as error:
        raise Trouble(
            f"{parts.hostname}:{parts.port} does not answer ({error}).", "Start it, or correct REDIS_URL."
        ) from error
    return f"{parts.hostname}:{parts.port} answers"


def mail(settings: Settings) -> str:
    if settings.smtp_url is None:
        if settings.production:
            raise Trouble("SMTP_URL is not set, so no letter leaves the portal.", "Set SMTP_URL.")
        return f"SMTP_URL is not set; letters are kept in {settings.mailbox_dir}"
    parts = urlsplit(settings.smtp_url)
    try:
        SmtpMailer(settings.smtp_url, signer_for(settings)).greet(settings.bounce_address or settings.contact)
    except (SettingsError, OSError, ValueError) as error:
        raise Trouble(
            f"{parts.hostname} does not take letters from us ({error}).",
            "Correct SMTP_URL or, if the sender is refused, MAIL_FROM; or start the server.",
        ) from error
    if settings.bounce_address is None:
        return f"{parts.hostname} takes letters from us; without BOUNCE_ADDRESS nobody can unsubscribe by mail"
    return f"{parts.hostname} takes letters from us"


def names(settings: Settings) -> str:
    if not settings.production or settings.smtp_url is None:
        return "asked only of a production portal that sends mail"
    if found := mail_names.faults(settings):
        raise Trouble(" ".join(found), "Letters without these end as spam: docs/how-to/mail.md.")
    return "SPF, DMARC and our key are published" if settings.dkim_key else "SPF and DMARC are published"


def sign_in_service(settings: Settings) -> str:
    if settings.oidc is None:
        return "OIDC_ISSUER is not set; nobody signs in by another service"
    place = f"{settings.oidc.issuer}/.well-known/openid-configuration"
    try:
        with urlopen(place, timeout=WAIT) as answer:  # noqa: S310  # settings allow https and this machine only
            issuer = str(json.load(answer)["issuer"])
    except (OSError, HTTPException, ValueError, KeyError, TypeError) as error:
        raise Trouble(f"{place} does not answer as a provider does ({error}).", "Correct OIDC_ISSUER.") from error
    if issuer.rstrip("/") != settings.oidc.issuer:
        raise Trouble(f"the provider calls itself {issuer}.", "Set OIDC_ISSUER to exactly that.")
    return f"{issuer} answers; it sends people back to {settings.base_url}/dang-nhap/oidc/ve"


EXAMINATIONS: dict[str, Callable[[Settings], str]] = {
    "folder": folder,
    "database": database,
    "broker": broker,
    "mail": mail,
    "names": names,
    "sign-in service": sign_in_service,
}
