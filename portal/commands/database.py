"""The database as a whole: its schema, a copy of it, and the copy put back."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
import flask_migrate

from portal import backups, launcher
from portal.accounts import services as accounts
from portal.attachments import storage
from portal.audit import heads
from portal.audit import services as audit
from portal.commands.app import with_app
from portal.database import db, now, transaction
from portal.settings import current_settings


@click.command()
@with_app
def migrate() -> None:
    """Bring the database to the newest schema and load the reference data."""
    backups.make_room(db.engine.url)
    flask_migrate.upgrade()
    ask_anew()
    click.echo("Database is up to date.")


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@with_app
def backup(folder: Path) -> None:
    """Copy the database and people's files into DIR; the portal may go on running.

    Letters in VAR_DIR/mailbox and the secret key are not copied: without the key everybody signs in anew.
    """
    with _progress("Copying") as progress:
        copy = backups.save(db.engine, storage.folder(current_settings().var_dir), folder, progress)
    click.echo(f"{copy}: {copy.stat().st_size / 1_000_000:.1f} MB")


@click.command()
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--force", is_flag=True, help="Replace a database that is not empty.")
@with_app
def restore(folder: Path, force: bool) -> None:
    """Put the backup in DIR in place of the database. Stop the portal first."""
    var_dir = current_settings().var_dir
    with launcher.hold_folder(var_dir), _progress("Restoring") as progress:
        manifest = backups.put_back(db.engine, storage.folder(var_dir), folder, progress, force=force)
        flask_migrate.upgrade()
    heads.note_restored(var_dir, audit.head(), now())
    with transaction():
        audit.record(None, "database_restored", "database", None, {"taken_at": manifest["taken_at"]})
    click.echo(f"The database is as it was at {manifest['taken_at']}.")


def ask_anew() -> None:
    """A new release may ask guardians for more than they have said yes to."""
    more = True
    while more:
        with transaction():
            more = accounts.renew(now())


@contextmanager
def _progress(label: str) -> Iterator[backups.Progress]:
    """A bar on a terminal, nothing elsewhere."""
    if not sys.stdout.isatty():
        yield lambda _done, _total: None
        return
    with click.progressbar(length=1, label=label) as bar:

        def show(done: int, total: int) -> None:
            bar.length = total
            bar.update(done - bar.pos)

        yield show
