"""What a person was told inside the portal, for the copy of their data."""

from __future__ import annotations

from sqlalchemy import Executable, select

from portal.notices.models import Notice, NoticeMute, PushSubscription


def about(member_id: int) -> dict[str, Executable]:
    told = (Notice.kind, Notice.idea_id, Notice.created_at, Notice.read_at)
    shown = (PushSubscription.endpoint, PushSubscription.created_at)
    return {
        "notices": select(*told).where(Notice.member_id == member_id),
        "muted": select(NoticeMute.category).where(NoticeMute.member_id == member_id),
        "push_devices": select(*shown).where(PushSubscription.member_id == member_id),
    }
