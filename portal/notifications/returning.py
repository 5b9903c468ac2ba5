"""What is done about a mail that came back, whichever way it came."""

from __future__ import annotations

from datetime import datetime

from portal.notifications import addresses, preferences, tickets
from portal.notifications.bounces import Mail


def act_on(mail: Mail, secret_key: str, now: datetime) -> bool:
    """Note the letters that did not arrive, and follow a wish for no more; returns whether there was one."""
    for one in mail.returned:
        addresses.note_letter(secret_key, one, now)
    stopped = tickets.read_stopping(secret_key, mail.wish) if mail.wish else None
    if stopped:
        preferences.stop(*stopped)
    return stopped is not None
