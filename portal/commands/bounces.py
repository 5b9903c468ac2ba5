"""What comes back by mail: read from standard input (a pipe of the mail server) or from a maildir (a cron job)."""

from __future__ import annotations

import logging
import sys
from collections import Counter
from mailbox import Maildir
from pathlib import Path

import click

from portal.commands.app import with_app
from portal.database import now, transaction
from portal.notifications import bounces, returning
from portal.settings import current_settings

log = logging.getLogger(__name__)
KINDS = ("returned", "unsubscribed", "other")


@click.command("bounces")
@click.option("--maildir", type=click.Path(exists=True, file_okay=False, path_type=Path),
              help="Read and delete the mails of a maildir. Without it one mail is read from standard input.")  # fmt: skip
@with_app
def bounces_(maildir: Path | None) -> None:
    """Take mails to BOUNCE_ADDRESS: reports of letters that did not arrive, and wishes to get no more."""
    if maildir is None:
        count, left = Counter([take(sys.stdin.buffer.read())]), 0
    else:
        count, left = empty(Maildir(maildir, create=False))
    click.echo(", ".join(f"{count[kind]} {kind}" for kind in KINDS))
    if left:
        raise click.ClickException(f"{left} mails could not be dealt with and stay where they are; the log says why.")


def take(raw: bytes) -> str:
    """Deal with one mail; returns what it was."""
    secret_key, moment = current_settings().secret_key, now()
    mail = bounces.read(raw, secret_key)
    with transaction():
        wished = returning.act_on(mail, secret_key, moment)
    return "returned" if mail.returned else "unsubscribed" if wished else "other"


def empty(box: Maildir) -> tuple[Counter[str], int]:
    """Deal with each mail by itself; returns what they were, and how many failed and are left for the next time.

    One is deleted once it has been dealt with, so a kill in between deals with one of them twice.
    """
    count: Counter[str] = Counter()
    names = list(box.keys())
    for name in names:
        try:
            count[take(box.get_bytes(name))] += 1
        except Exception:
            log.exception("a mail to the return address is left where it is: %s", name)
        else:
            box.discard(name)
    return count, len(names) - count.total()
