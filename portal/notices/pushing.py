"""Devices that show news at once: kept by their owner's wish, told each thing at most once, dropped when they are gone."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, literal, select, update

from portal.accounts.models import Member, SignInSession
from portal.accounts.queries import is_signed_in
from portal.database import UtcDateTime, db
from portal.errors import N_, Refusal
from portal.notices.models import IS_TO_PUSH, Notice, PushSubscription, visible, with_subject

MOST_DEVICES = 10
MOST_FAILURES = 5
NEWS = timedelta(days=1)
"""What no device could be told for so long is told by the bell alone."""


def subscribe(member_id: int, device: PushSubscription, now: datetime) -> None:
    """Keep a device for a member while they are signed in there; it may have been somebody else's before.

    The oldest go when there are too many.

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
    return db.session.scalar(_due(now).with_only_columns(Notice.push_at).order_by(Notice.push_at).limit(1))


def claim(now: datetime) -> int | None:
    """The id of the next notice to show on devices: of all that is new of one thing for one member the newest.

    Taken is taken: a push is told at most once, the bell keeps it. One thing at a time, because push services may be
    slow: what a process cannot come to is not lost with it.
    """
    first = _due(now).with_only_columns(Notice.member_id, Notice.thread).order_by(Notice.push_at).limit(1)
    next_ = db.session.execute(first.with_for_update(of=Notice, skip_locked=True)).first()
    if next_ is None:
        return None
    its = _due(now).where(Notice.member_id == next_.member_id, Notice.thread == next_.thread)
    taken = update(Notice).where(Notice.id.in_(its), IS_TO_PUSH).values(push_at=None).returning(Notice.id)
    return max(db.session.scalars(taken.execution_options(synchronize_session=False)), default=None)


def _due(now: datetime) -> Select[tuple[int]]:
    """What may be seen and is new: a comment that waits for a moderator is shown on devices when it is shown at all."""
    return with_subject(select(Notice.id)).where(
        IS_TO_PUSH,
        Notice.push_at.between(now - NEWS, now),
        visible(literal(now, UtcDateTime)),
        Notice.read_at.is_(None),
    )


def devices(member: Member, idle_seconds: int, now: datetime) -> Sequence[PushSubscription]:
    """Those on which they are still signed in."""
    theirs = select(PushSubscription).join(SignInSession, SignInSession.id == PushSubscription.session_id)
    live = (PushSubscription.member_id == member.id, is_signed_in(member, idle_seconds, now))
    return db.session.scalars(theirs.where(*live)).all()


def endpoint_here(session_id: int) -> str | None:
    """The address of this device, if it shows news for this sign-in."""
    here = select(PushSubscription.endpoint).where(PushSubscription.session_id == session_id)
    return db.session.scalar(here.order_by(PushSubscription.id.desc()).limit(1))


def sweep(now: datetime) -> None:
    """Forget devices on which somebody has signed out, and leave to the bell what is no news any more."""
    old = update(Notice).where(IS_TO_PUSH, Notice.push_at < now - NEWS).values(push_at=None)
    db.session.execute(old.execution_options(synchronize_session=False))
    over = select(SignInSession.id).where(SignInSession.revoked_at.is_not(None))
    gone = delete(PushSubscription).where(PushSubscription.session_id.in_(over))
    db.session.execute(gone.execution_options(synchronize_session=False))


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
