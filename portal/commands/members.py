"""Accounts from the command line: one at a time, or a file of them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from portal.accounts import services as accounts
from portal.accounts.models import MAY_SIGN_IN, ROLES, Member
from portal.accounts.rules import read_email
from portal.accounts.services import factors
from portal.audit import services as audit
from portal.commands.app import with_app
from portal.database import now, transaction
from portal.importing import members as importing
from portal.importing.members import Newcomer
from portal.rules import LANGUAGES

BATCH = 500


@click.group()
def member() -> None:
    """Accounts."""


@member.command("add")
@click.argument("email")
@click.option("--role", type=click.Choice(ROLES), default="member", show_default=True)
@click.option("--name", help="The name others see. Without it the member gets a pseudonym.")
@click.option("--unit", metavar="CODE", help="Code of the unit, for example 40 for Nghệ An.")
@click.option("--birth-date", metavar="YYYY-MM-DD", help="Without it the member is taken for a verified adult.")
@click.option("--guardian", metavar="EMAIL", help="Of a child: whom to ask for consent.")
@click.option("--language", type=click.Choice(LANGUAGES), default=LANGUAGES[0], show_default=True)
@click.option("--password", prompt=True, prompt_required=False, hide_input=True, confirmation_prompt=True,
              help="Set a password; without a value it is asked for.")  # fmt: skip
@with_app
def add(email: str, password: str | None, **values: Any) -> None:
    """Add an account for EMAIL."""
    newcomer = importing.newcomer({"email": email, **values}, now().date())
    with transaction():
        who, new = importing.welcome(newcomer, now())
        if new and password:
            accounts.set_password(who, password)
    if not new:
        raise click.ClickException(f"{newcomer.email} has an account already.")
    click.echo(f"Added {who.email}: {who.role} {who.id}, shown as {who.display_name}.")


@member.command("restore-access")
@click.argument("email")
@click.confirmation_option(prompt="Remove password and second factors of this account?")
@with_app
def restore_access(email: str) -> None:
    """Let EMAIL in again who lost phone and recovery codes: their next code by e-mail begins anew.

    Be sure who asks. They are told by letter, and it stands in the audit.
    """
    with transaction():
        who = accounts.member_by_email(read_email(email))
        if who is None:
            raise click.ClickException(f"There is no account with the address {email}.")
        factors.forget_all(who, now())
    click.echo(f"{who.email} signs in with a code by e-mail and chooses anew.")


@member.command("erase")
@click.argument("email")
@click.option("--keep-ideas", is_flag=True, help="The author agreed that published ideas stay, without a name.")
@with_app
def erase(email: str, keep_ideas: bool) -> None:
    """Begin to erase whoever asked for it by letter, after the same time of grace as on their own page."""
    with transaction():
        who = accounts.member_by_email(read_email(email))
        if who is None:
            raise click.ClickException(f"There is no account with the address {email}.")
        wish = accounts.ask_erasure(who, now(), keep_ideas=keep_ideas, asked_by="operator")
        audit.record(None, "member.erase", "member", who.id, {"erasure": wish.id})
    click.echo(f"Member {who.id} will be erased on {wish.due_at:%Y-%m-%d}; a letter tells them so.")


@click.command()
@click.argument("email")
@with_app
def token(email: str) -> None:
    """Print a new API token of EMAIL. It is shown this once."""
    with transaction():
        who = accounts.member_by_email(read_email(email))
        if who is None or who.status not in MAY_SIGN_IN:
            raise click.ClickException(f"There is no active account with the address {email}.")
        text = accounts.issue_token(who, now())
    click.echo(text)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--tokens", is_flag=True, help="Also print an API token of each.")
@with_app
def seed(file: Path, tokens: bool) -> None:
    """Add the members of a JSONL FILE and print one JSON line for each.

    Keys: email, name, role, unit, birth_date, language, guardian. All lines are checked before the first member is
    added; one who is there already is left as they are.
    """
    newcomers = list(importing.read_lines(file, now().date()))
    for start in range(0, len(newcomers), BATCH):
        with transaction():
            lines = [_seed(one, tokens=tokens) for one in newcomers[start : start + BATCH]]
        for line in lines:
            click.echo(line)


def _seed(newcomer: Newcomer, *, tokens: bool) -> str:
    moment = now()
    who, new = importing.welcome(newcomer, moment)
    values = _public(who) | {"created": new}
    if tokens:
        values["token"] = accounts.issue_token(who, moment)
    return json.dumps(values, ensure_ascii=False)


def _public(who: Member) -> dict[str, Any]:
    return {"id": who.id, "email": who.email, "handle": who.handle, "name": who.display_name, "role": who.role}
