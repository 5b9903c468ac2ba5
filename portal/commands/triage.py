"""The learned score: train it, and see how good it is, on this installation's decisions or on any labelled file."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import click

from portal.commands.app import with_app
from portal.database import now
from portal.errors import Fault
from portal.importing import tables
from portal.moderation import learning
from portal.moderation.triage import evaluating, storing
from portal.moderation.triage.evaluating import Figures
from portal.moderation.triage.learned import Model, Row
from portal.settings import current_settings

CLEAN = "0", "1", "clean", "approve", "accepted", "ok", "ham"
SAY_EVERY = 10.0  # seconds
mapped = click.option(
    "--map", "wishes", default="", metavar="text=COLUMN,label=COLUMN", help="Which columns are which."
)
clean_ = click.option("--clean", metavar="LABEL", help="The label of texts that pass; without it the likeliest name.")
skip_ = click.option("--skip", default="", metavar="LABEL,…", help="Labels that say nothing, such as undecided ones.")


@click.group()
def triage() -> None:
    """The score that orders the queue once there are enough own decisions."""


@triage.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@mapped
@clean_
@skip_
@with_app
def train(file: Path | None, wishes: str, clean: str | None, skip: str) -> None:
    """Learn from FILE (CSV or JSONL with a text and a label), or without one from this installation's decisions."""
    rows = list(_rows(file, wishes, skip)) if file else learning.own_rows()
    if not file and len(rows) < learning.ENOUGH:
        raise Fault(f"There are {len(rows)} own decisions; {learning.ENOUGH} are needed. Or give a labelled file.")
    clean = _clean(rows, clean) if file else learning.CLEAN
    model, figures = _fit(rows, clean)
    about = {"rows": len(rows), "source": file.name if file else "own decisions", "trained_at": now().isoformat()}
    kept = storing.save(model, figures, about, current_settings().var_dir)
    _say(figures)
    click.echo(f"Kept as {kept.name}. It orders the queue where there are {learning.ENOUGH} own decisions.")


@triage.command()
@click.argument("file", type=click.Path(path_type=Path))
@mapped
@clean_
@skip_
@click.option("--kept", is_flag=True, help="Measure the kept model on all of FILE; else learn from eight tenths of it.")
@click.option(
    "--prose", type=click.Path(path_type=Path, exists=True), help="Clean sentences, one a line: how many are flagged?"
)
@click.option("--json", "as_json", is_flag=True, help="Figures for a program.")
@with_app
def evaluate(  # noqa: PLR0913, PLR0917  # one for each option
    file: Path, wishes: str, clean: str | None, skip: str, kept: bool, prose: Path | None, as_json: bool
) -> None:
    """Say how good the score is on FILE: macro-F1, each class, and what it finds while 95 % of clean texts pass."""
    rows = list(_rows(file, wishes, skip))
    if kept:
        model = storing.load(current_settings().var_dir)
        if model is None:
            raise Fault("There is no kept model: `ideabank triage train` makes one.")
        figures = evaluating.measure(model, rows)
    else:
        model, figures = _fit(rows, _clean(rows, clean))
    flagged = None
    if prose:
        lines = [line for line in prose.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
        flagged = sum(model.score(line) > model.threshold for line in lines), len(lines)
    if as_json:
        click.echo(json.dumps({**storing.as_dict(figures), "prose_flagged": flagged}, ensure_ascii=False))
        return
    _say(figures)
    if flagged:
        click.echo(f"{flagged[0]} of {flagged[1]} clean sentences of {prose.name if prose else ''} are flagged")


def _rows(file: Path, wishes: str, skip: str) -> Iterator[Row]:
    """Texts and labels of a file, row by row. Raises Fault on a column that is not there."""
    table = tables.open_table(file)
    names = dict(wish.partition("=")[::2] for wish in wishes.split(",") if wish)
    if unknown := set(names) - {"text", "label"}:
        raise Fault(f"--map: '{min(unknown)}' is neither text nor label.")
    chosen = {part: names.get(part) or _guess(part, table.columns) for part in ("text", "label")}
    for part, name in chosen.items():
        if name not in table.columns:
            raise Fault(
                f"There is no column '{name}' for the {part}; there are: {', '.join(table.columns)}. Use --map."
            )
    leave = {word.strip() for word in skip.split(",") if word.strip()}
    for row in table.rows():
        source, label = (row.cells.get(chosen[part], "").strip() for part in ("text", "label"))
        if source and label and label not in leave:
            yield source, label


def _guess(part: str, columns: tuple[str, ...]) -> str:
    known = {"text": ("text", "free_text", "body", "comment"), "label": ("label", "label_id", "moderated", "class")}
    return next((name for name in known[part] if name in columns), part)


def _clean(rows: list[Row], wish: str | None) -> str:
    labels = {label for _, label in rows}
    found = wish or next((label for name in CLEAN for label in sorted(labels) if label.casefold() == name), "")
    if found not in labels:
        raise Fault(
            f"Which label means clean? --clean with one of: {', '.join(sorted(labels)) or 'none, the file is empty'}."
        )
    return found


def _fit(rows: list[Row], clean: str) -> tuple[Model, Figures]:
    click.echo(f"{len(rows):,} texts, '{clean}' is clean", err=True)
    try:
        return evaluating.fit(rows, clean, _ticker())
    except ValueError as error:
        raise Fault(str(error)) from None


def _ticker() -> Callable[[int, int], None]:
    """A line on standard error every ten seconds, in place on a terminal."""
    last = time.monotonic()

    def tick(done: int, all_: int) -> None:
        nonlocal last
        if time.monotonic() - last > (0.2 if sys.stderr.isatty() else SAY_EVERY):
            last = time.monotonic()
            click.echo(f"learning: {100 * done // all_} %", err=True, nl=not sys.stderr.isatty())
            if sys.stderr.isatty():
                click.echo("\r", err=True, nl=False)

    return tick


def _say(figures: Figures) -> None:
    click.echo(f"{'class':<12} {'precision':>9} {'recall':>7} {'F1':>6} {'texts':>7}")
    for each in figures.classes:
        click.echo(f"{each.label:<12} {each.precision:>9.3f} {each.recall:>7.3f} {each.f1:>6.3f} {each.support:>7,}")
    click.echo(f"macro-F1 {figures.macro_f1:.3f} on {figures.texts:,} texts it had not seen")
    click.echo(
        f"at threshold {figures.threshold:.3f}: {figures.passing:.1%} of clean texts pass, "
        f"precision {figures.precision:.3f}, recall {figures.recall:.3f}"
    )
