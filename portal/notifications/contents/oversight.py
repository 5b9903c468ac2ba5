"""What the daily letter to those who govern the bank says."""

from __future__ import annotations

from datetime import datetime

from portal.notifications.models import Letter
from portal.notifications.recipients import Content, reader_of, to
from portal.settings import Settings


def admin_daily(letter: Letter, _now: datetime, _settings: Settings) -> Content:
    """As things were when it was written: looked up later, the head might be the one after a cut."""
    return to(reader_of(letter, letter.kind), at=letter.created_at, **letter.payload)
