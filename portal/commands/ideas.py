"""Ideas in and out of the portal as files."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import click

from portal import exporting
from portal.commands.app import with_app
from portal.database import now, transaction
from portal.errors import Fault
from portal.importing import columns, tables
from portal.importing.reading import Reader
from portal.importing.report import Report, many
from portal.importing.rows import Row, Table
from portal.importing.services import Import
from portal.rules import LANGUAGES
from portal.settings import current_settings
from portal.units.queries import reference

BATCH = 200
SAY_EVERY = 2_000


@click.group("import")
def import_() -> None:
    """Bring in what was written elsewhere."""


@import_.command("ideas")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--map", "wishes", default="", metavar="PART=COLUMN,…",
              help="Which column is which part, for example title=text,author=author_id. 'a+b' joins two columns, "
                   "'summary=' leaves a part out.")  # fmt: skip
@click.option("--state", type=click.Choice(["waiting", "published"]), default="waiting", show_default=True)
@click.option("--field", default="khac", show_default=True, metavar="CODE", help="Field of rows that name none.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Without it the language is told from each text.")
@click.option("--minors", is_flag=True, help="Some authors are under age: their ideas name the province alone, and "
                                            "comments on them wait to be read. You hold their guardians' consent.")  # fmt: skip
@click.option("--report", "report_path", type=click.Path(path_type=Path), help="Default: FILE.errors.csv")
@with_app
def import_ideas(  # noqa: PLR0913  # one for each option
    file: Path, wishes: str, state: str, field: str, language: str | None, *, minors: bool, report_path: Path | None
) -> None:
    """Add the rows of FILE (CSV, XLSX or JSONL) as ideas.

    The file is checked as a whole before the first row is written. A row is added once: after an interruption,
    or with a longer file, run the same command again.
    """
    table = tables.open_table(file)
    plan = columns.plan(table.columns, wishes)
    if field not in reference().field_by_code:
        raise Fault(f"There is no field '{field}'; there are: {', '.join(reference().field_by_code)}.")
    run = Import(Reader(plan, field=field, language=language or ""), file.stem, state, minors=minors)
    with Report(report_path or default_report(file)) as report:
        click.echo(f"{file.name}: {many(table.size, 'row')}, {table.kind}")
        for line in columns.describe(plan, table.columns):
            click.echo(line)
        for rows in progress(table):
            with transaction():
                outcomes = run.add(rows, now())
            report.write(outcomes)
    for line in report.summary():
        click.echo(line)
    if report.kinds["refused"] == table.size:
        raise click.ClickException("Every row was refused.")


def progress(table: Table) -> Iterator[list[Row]]:
    """Batches of rows, with a bar on a terminal and plain lines elsewhere."""
    rows = iter(table.rows())
    batches = iter(lambda: list(islice(rows, BATCH)), [])
    if sys.stdout.isatty():
        with click.progressbar(length=table.size, label="Importing", show_pos=True) as bar:
            for batch in batches:
                yield batch
                bar.update(len(batch))
        return
    done = 0
    for batch in batches:
        yield batch
        done += len(batch)
        if done % SAY_EVERY == 0:
            click.echo(f"{done:,} of {table.size:,} rows")


def default_report(file: Path) -> Path:
    """Beside the file; where that may not be written, in the portal's own folder."""
    name = f"{file.name}.errors.csv"
    if os.access(file.parent, os.W_OK):
        return file.with_name(name)
    return current_settings().var_dir / "imports" / name


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--public", is_flag=True, help="Only what everybody may see: public ideas and comments, no people, no votes."
)
@with_app
def export(file: Path, public: bool) -> None:
    """Write everything to FILE: .jsonl with one object a line, or .csv with the ideas alone."""
    if file.suffix not in exporting.WRITERS:
        raise Fault(f"{file} ends neither in .jsonl nor in .csv.")
    counts = exporting.write(file, public=public)
    click.echo(f"{file}: {', '.join(many(count, kind) for kind, count in counts.items()) or 'nothing to write'}")
