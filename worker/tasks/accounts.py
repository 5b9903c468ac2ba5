"""What is due about people: guardians to remind, data to copy and to erase."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app

from portal import mydata
from portal.accounts import queries
from portal.accounts import services as accounts
from portal.database import now, transaction
from portal.notifications import telling as letters
from worker.app import app

BATCH = 200


@app.task
def guardians_due() -> None:
    """Remind silent guardians, and erase what nobody agreed to; each row in a transaction of its own."""
    for _ in range(BATCH):
        if not queries.guardian_is_due(now()):  # an idle portal takes no lock
            break
        with transaction():
            accounts.remind(now())


@app.task
def wishes_due() -> None:
    """Make the copies and do the erasures that people asked for; each in a transaction of its own."""
    keep = timedelta(seconds=current_app.config["SETTINGS"].copy_ttl)
    for _ in range(BATCH):
        if not queries.is_due(now()):
            break
        with transaction():
            accounts.make_copy(mydata.build, keep, now())
        with transaction():
            accounts.erase_due(now())
    if letters.receipts_have_left():
        with transaction():
            letters.forget_receipts()
