"""Looking at letters."""

from __future__ import annotations

from pathlib import Path

import click

from portal.commands.app import with_app
from portal.notifications import examples
from portal.settings import current_settings


@click.group("letters")
def letters() -> None:
    """Look at letters."""


@letters.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@with_app
def preview(folder: Path) -> None:
    """Write every kind of letter, in both languages, into FOLDER: as HTML, as plain text, and as a mail.

    They are made of what is in the database, which stays as it is; nothing is sent.
    """
    folder.mkdir(parents=True, exist_ok=True)
    written, missing = 0, []
    for kind, language, message in examples.render_all(current_settings()):
        if message is None:
            missing.append(kind)
            continue
        name = folder / f"{kind}.{language}"
        for subtype, ending in (("html", "html"), ("plain", "txt")):
            part = message.get_body((subtype,))
            name.with_suffix(f".{language}.{ending}").write_text(part.get_content() if part else "", encoding="utf-8")
        name.with_suffix(f".{language}.eml").write_bytes(message.as_bytes())
        written += 1
    click.echo(f"{written} letters in {folder}")
    if missing:
        click.echo(f"Nothing to show yet: {', '.join(dict.fromkeys(missing))}")
