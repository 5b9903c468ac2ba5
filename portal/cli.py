"""The command `ideabank`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import wraps
from typing import Any

import click
import flask_migrate

from portal.settings import SettingsError


def with_app(command: Callable[..., Any]) -> Callable[..., Any]:
    """Run a command inside the application; a mistake in the settings is one line, not a traceback."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        from portal.app import create_app  # noqa: PLC0415  # `--help` and the launcher must not load the web

        try:
            app = create_app()
        except SettingsError as error:
            raise click.ClickException(str(error)) from error
        with app.app_context():
            return command(*args, **kwargs)

    return run


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Nảy: the idea bank of young people."""


@main.command()
@with_app
def migrate() -> None:
    """Bring the database to the newest schema and load the reference data."""
    flask_migrate.upgrade()
    click.echo("Database is up to date.")


if __name__ == "__main__":
    sys.exit(main())
