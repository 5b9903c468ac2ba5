"""Synthetic data, to measure with."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import click

from portal import filling
from portal.commands.app import with_app
from portal.database import db, now
from portal.ideas.queries.overview import forget
from portal.settings import current_settings

SEARCH = ("idea_search_words", "idea_search_phrases")
PILE = 65_536
"""Kilobytes."""


@click.command()
@click.option("--ideas", type=click.IntRange(1, 5_000_000), default=20_000, show_default=True)
@click.option("--votes", type=click.IntRange(0, 50_000_000), default=200_000, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True, help="The same number makes the same ideas.")
@with_app
def fill(ideas: int, votes: int, seed: int) -> None:
    """Add made-up ideas and votes for measurements; in the development profile only, for they cannot be told apart."""
    if current_settings().production:
        raise click.ClickException("Made-up ideas have no place in a real bank: APP_PROFILE is production.")
    began, done = time.monotonic(), Counter[str]()
    with _in_bulk():
        for kind, number in filling.fill(ideas, votes, now(), seed):
            done[kind] += number
            click.echo(f"\r{', '.join(f'{count:,} {name}' for name, count in done.items())}", nl=False)
    forget()
    click.echo(f" in {time.monotonic() - began:.0f} s")


@contextmanager
def _in_bulk() -> Iterator[None]:
    """PostgreSQL's search index takes much at once faster than one by one; afterwards it is put in order."""
    _maintain(f"ALTER INDEX {index} SET (fastupdate = on, gin_pending_list_limit = {PILE})" for index in SEARCH)
    yield
    _maintain(f"ALTER INDEX {index} SET (fastupdate = off)" for index in SEARCH)
    _maintain(["VACUUM ANALYZE"])


def _maintain(statements: Iterable[str]) -> None:
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("SET statement_timeout = 0")  # longer than a page may ask
            for statement in statements:
                connection.exec_driver_sql(statement)
            connection.invalidate()  # or the next one would have no limit, either
