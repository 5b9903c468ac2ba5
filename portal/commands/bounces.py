"""What comes back by mail: read from standard input (a pipe of the mail server) or from a maildir (a cron job)."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from mailbox import Maildir
from pathlib import Path

import click
from flask import current_app

from portal.commands.app import with_app
from portal.database import now, transaction
from portal.notifications import addresses, bounces, preferences, tickets


@click.command("bounces")
@click.option("--maildir", type=click.Path(exists=True, file_okay=False, path_type=Path),
              help="Read and delete the mails of a maildir. Without it one mail is read from standard input.")  # fmt: skip
@with_app
def bounces_(maildir: Path | None) -> None:
    """Take mails to BOUNCE_ADDRESS: reports of letters that did not arrive, and wishes to get no more."""
    count = {"returned": 0, "unsubscribed": 0, "other": 0}
    for raw in _mails(maildir):
        count[take(raw)] += 1
    click.echo(", ".join(f"{number} {what}" for what, number in count.items()))


def take(raw: bytes) -> str:
    """Deal with one mail; returns what it was."""
    secret_key: str = current_app.config["SECRET_KEY"]
    found = bounces.read(raw, secret_key)
    wish = bounces.wish(raw)
    stopped = tickets.read_stopping(secret_key, wish) if wish else None
    moment = now()
    with transaction():
        for one in found:
            addresses.note_letter(one.letter_id, moment, hard=one.hard, code=one.code, text=one.text)
        if stopped:
            preferences.stop(*stopped)
    return "returned" if found else "unsubscribed" if stopped else "other"


def _mails(maildir: Path | None) -> Iterator[bytes]:
    """A mail is deleted once it has been dealt with, so a kill in between deals with one of them twice."""
    if maildir is None:
        yield sys.stdin.buffer.read()
        return
    box = Maildir(maildir, create=False)
    for name in list(box.keys()):
        yield box.get_bytes(name)
        box.discard(name)
