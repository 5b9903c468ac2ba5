"""The command `ideabank`."""

from __future__ import annotations

import sys

import click

from portal.commands import Commands


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def main() -> None:
    """Nảy: the idea bank of young people."""


if __name__ == "__main__":
    sys.exit(main())
