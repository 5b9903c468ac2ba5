"""Which letters a person was sent, for the copy of their data. Their words are not kept."""

from __future__ import annotations

from sqlalchemy import Executable, select

from portal.notifications.models import Letter


def about(member_id: int) -> dict[str, Executable]:
    sent = (Letter.kind, Letter.state, Letter.created_at, Letter.sent_at)
    return {"letters": select(*sent).where(Letter.recipient_id == member_id)}
