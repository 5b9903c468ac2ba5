"""Is the way to the text message gateway open?"""

from __future__ import annotations

import secrets

import click

from portal.accounts.sms import HttpGateway, SmsLater, SmsRefused, read_number
from portal.errors import Refusal
from portal.settings import Settings, SettingsError


@click.command()
@click.argument("number")
def sms(number: str) -> None:
    """Send a test message to NUMBER through the gateway of SMS_URL."""
    try:
        settings = Settings.from_env()
        to = read_number(number)
    except (SettingsError, Refusal) as error:
        raise click.ClickException(str(error)) from error
    if settings.sms_url is None:
        raise click.ClickException("There is no gateway: set SMS_URL and SMS_TOKEN.")
    try:
        HttpGateway(settings.sms_url, settings.sms_token).send(to, "Nay: tin nhan thu.", secrets.token_hex(8))
    except (SmsRefused, SmsLater) as error:
        raise click.ClickException(str(error)) from error
    click.echo("The gateway took the message.")
