"""Which files a person attached, for the copy of their data."""

from __future__ import annotations

from sqlalchemy import Executable, select

from portal.attachments import queries
from portal.attachments.models import Attachment


def about(member_id: int) -> dict[str, Executable]:
    told = (Attachment.id, Attachment.idea_id, Attachment.name, Attachment.alt, Attachment.size, Attachment.created_at)
    return {"attachments": select(*told).where(queries.attached_by(member_id)).order_by(Attachment.id)}
