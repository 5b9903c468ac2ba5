"""Which files a person attached, for the copy of their data."""

from __future__ import annotations

from sqlalchemy import Executable, or_, select

from portal.attachments.models import Attachment
from portal.ideas.models import Draft, Idea


def about(member_id: int) -> dict[str, Executable]:
    told = (Attachment.idea_id, Attachment.name, Attachment.alt, Attachment.size, Attachment.created_at)
    theirs = or_(
        Attachment.idea_id.in_(select(Idea.id).where(Idea.author_id == member_id)),
        Attachment.draft_id.in_(select(Draft.id).where(Draft.member_id == member_id)),
    )
    return {"attachments": select(*told).where(theirs)}
