"""Is everything as it must be? Every invariant, asked of the database."""

from __future__ import annotations

import json

import click

from portal import checks
from portal.audit import services as audit
from portal.commands.app import with_app
from portal.database import now, transaction
from portal.settings import current_settings


@click.command()
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--fix", is_flag=True, help="Count the counters of ideas anew where they are wrong. Nothing else is changed."
)
@with_app
def check(as_json: bool, fix: bool) -> None:
    """Compare what is stored with what must be true. Exit status 1 if something is not."""
    repaired: list[int] = []
    if fix:
        with transaction():
            repaired = checks.repair_counters(now())
            if repaired:
                audit.record(None, "counters_repaired", "idea", None, {"ideas": repaired})
    results = [*checks.run(now()), checks.audit_chain(current_settings())]
    broken = [result for result in results if not result.ok]
    if as_json:
        click.echo(
            json.dumps({"ok": not broken, "repaired": repaired, "checks": [result.as_dict() for result in results]})
        )
    else:
        if fix:
            click.echo(
                f"Counted anew: {', '.join(map(str, repaired))}." if repaired else "Nothing had to be counted anew."
            )
        for result in results:
            click.echo(result.in_words())
    if broken:
        raise SystemExit(1)
