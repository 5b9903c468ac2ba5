"""What is due about people: guardians to remind, data to erase."""

from __future__ import annotations

from portal.accounts import queries
from portal.accounts import services as accounts
from portal.database import now, transaction
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
