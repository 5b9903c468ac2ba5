"""How a command meets the portal: the application around it, and every mistake as one line in English."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any

import click
from flask_babel import force_locale
from sqlalchemy.exc import DBAPIError

from portal.database import db
from portal.errors import Fault, Refusal
from portal.rules import Invalid
from portal.settings import SettingsError
from portal.web.language import words


def with_app(command: Callable[..., Any]) -> Callable[..., Any]:
    """Run a command inside the application; a mistake in the settings is one line, not a traceback."""

    @wraps(command)
    def run(*args: Any, **kwargs: Any) -> Any:
        from portal.app import create_app  # noqa: PLC0415  # `--help` must not load the web

        try:
            app = create_app()
        except SettingsError as error:
            raise click.ClickException(str(error)) from error
        with app.app_context(), force_locale("en"), in_one_line():
            try:
                return command(*args, **kwargs)
            finally:
                db.session.remove()
                db.engine.dispose()

    return run


@contextmanager
def in_one_line() -> Iterator[None]:
    """A refusal, or a database that is away or not migrated, ends the command with words and exit status 1."""
    try:
        yield
    except (Fault, SettingsError) as fault:
        raise click.ClickException(str(fault)) from fault
    except Refusal as refusal:
        raise click.ClickException(in_words(refusal)) from refusal
    except DBAPIError as error:
        cause = str(error.orig).strip().partition("\n")[0]
        raise click.ClickException(f"The database says: {cause}. `ideabank doctor` tells what to do.") from error


def in_words(refusal: Refusal) -> str:
    """All faults of a refusal, each behind the name of its input."""
    if isinstance(refusal, Invalid):
        return "; ".join(f"{name}: {words(fault)}" for name, fault in refusal.errors.items())
    return words(refusal)
