"""The demonstration: ideas to look at before there are real ones."""

from __future__ import annotations

import click

from portal import demonstration
from portal.commands.app import with_app
from portal.database import now, transaction
from portal.settings import current_settings


@click.group()
def demo() -> None:
    """Ideas to look at before there are real ones, clearly marked."""


@demo.command("load")
@with_app
def load() -> None:
    """Write the demonstration into an empty bank, and print the accounts to try it with."""
    if not demonstration.is_there():
        with transaction():
            loaded = demonstration.load(now())
        if not loaded:
            raise click.ClickException("There are ideas in the bank already; the demonstration is for an empty one.")
    settings = current_settings()
    if settings.production:
        click.echo("Loaded. Accounts with known passwords are made in the development profile only.")
        return
    for account in demonstration.known_accounts(settings.var_dir):
        click.echo(account)


@demo.command("remove")
@with_app
def remove() -> None:
    """Delete the demonstration and everything that hangs on it; what real people wrote stays."""
    with transaction():
        gone = demonstration.remove()
    demonstration.forget_accounts(current_settings().var_dir)
    click.echo("Removed " + ", ".join(f"{count:,} {kind}" for kind, count in gone.items()) + ".")
