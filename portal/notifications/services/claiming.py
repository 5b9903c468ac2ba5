"""Letters in the hands of a worker: taken, put back, taken back from one that is gone."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update

from portal.database import UtcDateTime, ask, db
from portal.notifications.failures import Lost
from portal.notifications.models import BULK, IS_HELD, IS_PENDING, Letter
from portal.notifications.services.judging import after

_DUE = (  # made once: making it costs more than asking it
    select(Letter.id)
    .where(Letter.priority == bindparam("priority"), IS_PENDING, Letter.next_at <= bindparam("now", type_=UtcDateTime))
    .order_by(Letter.next_at, Letter.id)
    .limit(bindparam("room"))
    .with_for_update(skip_locked=True)
)


def claim(owner: str, batch: int, lease: int, now: datetime, down_to: int = BULK) -> list[Letter]:
    """Take up to `batch` due letters for `owner`: of each priority down to the last one asked for, the oldest first.

    Two callers never get the same one. Each priority is asked for by itself: so a mountain of digests costs nobody who
    waits for something else even a look at it.
    """
    ids: list[int] = []
    for priority in range(down_to + 1):
        if len(ids) < batch:
            ids += ask(_DUE, {"priority": priority, "now": now, "room": batch - len(ids)}).scalars()
    if not ids:
        return []
    taken = (
        update(Letter)
        .where(Letter.id.in_(ids), IS_PENDING)
        .values(state="claimed", owner=owner, lease_until=now + timedelta(seconds=lease))
        .returning(Letter)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    letters = sorted(db.session.scalars(taken), key=lambda letter: ids.index(letter.id))
    for letter in letters:
        db.session.expunge(letter)  # what the sender knows of it does not change under its hands
    return letters


def release(owner: str) -> None:
    """Put back, unharmed, what `owner` claimed and did not begin to send."""
    mine = update(Letter).where(Letter.owner == owner, Letter.state == "claimed")
    db.session.execute(mine.values(state="pending", owner=None, lease_until=None))


def take_back(now: datetime) -> None:
    """Letters whose worker is gone: of those that were leaving nobody can know.

    A claimed one counts as tried, too: it may be what killed the worker, and it may have left. Each comes back at a time
    of its own, so that its neighbours are not claimed together with it again.
    """
    lapsed = select(Letter).where(IS_HELD, Letter.lease_until < now).with_for_update(skip_locked=True)
    for letter in db.session.scalars(lapsed.execution_options(populate_existing=True)).all():
        for name, value in after(letter, Lost("the process that had it was lost"), now).items():
            setattr(letter, name, value)
