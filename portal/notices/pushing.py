"""Devices that show news at once: kept by their owner's wish, told each thing at most once, dropped when they are gone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, select, update

from portal.database import db
from portal.errors import N_, Refusal
from portal.notices.models import IS_TO_PUSH, Notice, PushSubscription

MOST_DEVICES = 10
MOST_FAILURES = 5
BATCH = 50


def subscribe(member_id: int, device: PushSubscription, now: datetime) -> None:
    """Keep a device for a member; it may have been somebody else's before. The oldest go when there are too many.

    Raises Refusal for keys that no browser makes.
    """
    if not (len(device.endpoint) <= 1000 and 80 <= len(device.p256dh) <= 100 and 16 <= len(device.auth) <= 40):
        raise Refusal(N_("Máy này không nhận được thông báo."))
    db.session.execute(delete(PushSubscription).where(PushSubscription.endpoint == device.endpoint))
    device.member_id, device.created_at = member_id, now
    db.session.add(device)
    db.session.flush()
    kept = select(PushSubscription.id).where(PushSubscription.member_id == member_id)
    kept = kept.order_by(PushSubscription.id.desc()).limit(MOST_DEVICES)
    db.session.execute(
        delete(PushSubscription).where(PushSubscription.member_id == member_id, PushSubscription.id.not_in(kept))
    )


def unsubscribe(member_id: int, endpoint: str) -> None:
    mine = (PushSubscription.member_id == member_id, PushSubscription.endpoint == endpoint)
    db.session.execute(delete(PushSubscription).where(*mine))


def oldest_due(now: datetime) -> datetime | None:
    return db.session.scalar(select(func.min(Notice.push_at)).where(IS_TO_PUSH, Notice.push_at <= now))


def claim(now: datetime) -> Sequence[int]:
    """Ids of the next notices to show on devices. Taken is taken: a push is told at most once, the bell keeps it."""
    due = select(Notice.id).where(IS_TO_PUSH, Notice.push_at <= now).order_by(Notice.push_at).limit(BATCH)
    taken = update(Notice).where(Notice.id.in_(due.with_for_update(skip_locked=True)), IS_TO_PUSH)
    taken = taken.values(push_at=None).returning(Notice.id).execution_options(synchronize_session=False)
    return db.session.scalars(taken).all()


def devices(member_id: int) -> Sequence[PushSubscription]:
    return db.session.scalars(select(PushSubscription).where(PushSubscription.member_id == member_id)).all()


def forget(device_id: int) -> None:
    """The push service says that it is gone."""
    db.session.execute(delete(PushSubscription).where(PushSubscription.id == device_id))


def note_failure(device_id: int) -> None:
    """A device that fails again and again is gone, whatever the service says."""
    counted = update(PushSubscription).where(PushSubscription.id == device_id)
    db.session.execute(counted.values(failures=PushSubscription.failures + 1))
    db.session.execute(
        delete(PushSubscription).where(PushSubscription.id == device_id, PushSubscription.failures >= MOST_FAILURES)
    )


def note_success(device_id: int) -> None:
    db.session.execute(update(PushSubscription).where(PushSubscription.id == device_id).values(failures=0))
