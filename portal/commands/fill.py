"""Synthetic data, to measure with."""

from __future__ import annotations

import time
from collections import Counter

import click
from flask import current_app

from portal import filling
from portal.commands.app import with_app
from portal.database import db, now
from portal.ideas.queries.overview import forget


@click.command()
@click.option("--ideas", type=click.IntRange(1, 5_000_000), default=20_000, show_default=True)
@click.option("--votes", type=click.IntRange(0, 50_000_000), default=200_000, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True, help="The same number makes the same ideas.")
@with_app
def fill(ideas: int, votes: int, seed: int) -> None:
    """Add made-up ideas and votes for measurements; in the development profile only, for they cannot be told apart."""
    if current_app.config["SETTINGS"].production:
        raise click.ClickException("Made-up ideas have no place in a real bank: APP_PROFILE is production.")
    began, done = time.monotonic(), Counter[str]()
    for kind, number in filling.fill(ideas, votes, now(), seed):
        done[kind] += number
        click.echo(f"\r{', '.join(f'{count:,} {name}' for name, count in done.items())}", nl=False)
    forget()
    if db.engine.dialect.name == "postgresql":
        with db.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            connection.exec_driver_sql("SET statement_timeout = 0")  # longer than a page may ask
            connection.exec_driver_sql("VACUUM ANALYZE")  # the search index, too, is put in order only by this
            connection.invalidate()  # or the next one would have no limit, either
    click.echo(f" in {time.monotonic() - began:.0f} s")
