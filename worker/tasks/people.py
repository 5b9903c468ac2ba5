"""What ends by itself about people."""

from __future__ import annotations

from portal.accounts import people
from portal.accounts import services as accounts
from portal.database import now, transaction
from portal.notifications import overseeing
from portal.settings import current_settings
from worker.app import app


@app.task
def end_what_is_over() -> None:
    """Open suspended accounts whose time is over, end looks at pages as somebody else; each in its own transaction."""
    while people.something_is_over(now()):  # an idle portal takes no lock
        with transaction():
            if not (accounts.lift_due(now()) or accounts.end_views_due(now())):
                return  # another worker holds them


@app.task
def tell_governors() -> None:
    """Each morning one letter with the end of the audit's chain. The chain is walked before, outside the transaction."""
    settings = current_settings()
    if not overseeing.due_today(now())[1]:
        return
    broken = overseeing.verify(settings)
    with transaction():
        day, recipients = overseeing.due_today(now())
        overseeing.write(day, recipients, broken, settings, now())
