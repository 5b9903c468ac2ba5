"""The key that signs news for members' devices."""

from __future__ import annotations

import click

from portal.notices import push


@click.command("push-key")
def push_key() -> None:
    """Make a VAPID key, once, for the setting VAPID_PRIVATE_KEY. With another key all devices are lost."""
    click.echo(f"VAPID_PRIVATE_KEY={push.new_private_key()}")
