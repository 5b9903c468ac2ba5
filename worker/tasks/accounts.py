"""What is due about people: guardians to remind, data to copy and to erase."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from portal import mydata
from portal.accounts import phones, queries
from portal.accounts import services as accounts
from portal.accounts.services import phoning
from portal.accounts.sms import HttpGateway, SmsGateway, SmsLater, SmsRefused
from portal.database import now, transaction
from portal.notifications import telling as letters
from portal.settings import current_settings
from worker.app import app
from worker.paging import in_pages

BATCH = 200


@app.task
def guardians_due() -> None:
    """Remind silent guardians, and erase what nobody agreed to; each row in a transaction of its own."""
    if queries.guardian_is_due(now()):  # an idle portal takes no lock
        in_pages(accounts.remind)


@app.task
def send_text_messages() -> None:
    """Codes for telephone numbers, one by one: claimed, handed to the gateway with no transaction open, marked."""
    settings = current_settings()
    if settings.sms_url is None:
        return
    gateway = HttpGateway(settings.sms_url, settings.sms_token)
    for _ in range(BATCH):
        if phones.oldest_due(now()) is None:  # an idle portal takes no lock each second
            break
        with transaction():
            message = phoning.claim_message(settings.secret_key, now())
        if message:
            hand_over(gateway, message)


def hand_over(gateway: SmsGateway, message: phoning.Message) -> None:
    try:
        gateway.send(message.number, message.text, message.reference)
        mark = phoning.message_taken
    except SmsRefused:
        mark = phoning.message_refused
    except SmsLater:
        mark = phoning.message_later
    with transaction():
        mark(message.phone_id, now())


@app.task
def wishes_due() -> None:
    """Do the erasures and make the copies that people asked for; each in a transaction of its own.

    Erasures first: they are promised for a day.
    """
    if queries.is_due(now()):  # an idle portal takes no lock
        in_pages(accounts.erase_due)
        in_pages(partial(accounts.make_copy, mydata.build, timedelta(seconds=current_settings().copy_ttl)))
    if letters.receipts_have_left():
        with transaction():
            letters.forget_receipts()
