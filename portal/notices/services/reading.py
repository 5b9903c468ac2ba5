"""What a member does with notices, and how long they stand."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from portal.accounts.events import MemberErased
from portal.database import db
from portal.notices import queries
from portal.notices.models import Notice, NoticeMute, PushSubscription

KEEP = timedelta(days=90)
SWEPT_AT_ONCE = 5000


def mute(member_id: int, categories: Collection[str]) -> None:
    """From now on, show news of all categories but these under the bell. What is there stays."""
    db.session.execute(delete(NoticeMute).where(NoticeMute.member_id == member_id))
    for category in categories:
        db.session.add(NoticeMute(member_id=member_id, category=category))


def mark_read(member_id: int, up_to: int, now: datetime, thread: str | None = None) -> None:
    """Mark as read what the member has seen: a thread, or all, up to a notice; nothing that came after."""
    seen = queries.visible_ids(member_id, now).where(Notice.id <= up_to, Notice.read_at.is_(None))
    if thread is not None:
        seen = seen.where(Notice.thread == thread)
    read = update(Notice).where(Notice.id.in_(seen)).values(read_at=now, push_at=None)
    db.session.execute(read.execution_options(synchronize_session=False))


def done(member_id: int, thread: str, now: datetime) -> None:
    """They have answered what it told of, wherever they read it."""
    its = update(Notice).where(Notice.member_id == member_id, Notice.thread == thread, Notice.read_at.is_(None))
    db.session.execute(its.values(read_at=now, push_at=None).execution_options(synchronize_session=False))


def sweep(now: datetime) -> None:
    """Forget what is three months old, read or not; as much as one short transaction takes."""
    old = select(Notice.id).where(Notice.created_at < now - KEEP).order_by(Notice.id).limit(SWEPT_AT_ONCE)
    db.session.execute(delete(Notice).where(Notice.id.in_(old)).execution_options(synchronize_session=False))


def forget_member(event: MemberErased) -> None:
    """Nobody is there to read them."""
    for model in (Notice, NoticeMute, PushSubscription):
        db.session.execute(delete(model).where(model.member_id == event.member_id))
