"""Does the chain hold, and how long has an entry waited for its link?"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select

from portal.audit import heads
from portal.audit.chain import Break, first_break
from portal.audit.models import IS_STAGED, AuditEntry, AuditHead
from portal.database import db

AT_ONCE = 2000
PAGE = 30


def oldest_staged() -> datetime | None:
    """When the entry that has waited longest for its link was recorded."""
    return db.session.scalar(select(func.min(AuditEntry.at)).where(IS_STAGED))


def broken_at(secret_key: str, var_dir: Path) -> Break | None:
    """Recompute the whole chain; the first entry that is missing or not as it was written, if any."""
    head = db.session.scalars(select(AuditHead).execution_options(populate_existing=True)).one_or_none()
    if head is None:
        return Break(1, "is missing: so is the row of the chain's head")
    noted = heads.noted(var_dir, head.chain)
    ends = {**noted, **({head.seq: noted.get(head.seq, head.hash)} if head.seq else {})}
    rows = select(AuditEntry).where(AuditEntry.seq.is_not(None)).order_by(AuditEntry.seq)
    walk = rows.execution_options(yield_per=AT_ONCE, populate_existing=True)
    with closing(db.session.scalars(walk)) as chained:
        return first_break(secret_key, head.chain, chained, ends)


@dataclass(frozen=True)
class Asked:
    """What a page of the log is asked for; None means all. `until` is not included."""

    actor_id: int | None = None
    action: str | None = None
    object_kind: str | None = None
    object_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None


def page(asked: Asked, after: int | None) -> tuple[Sequence[AuditEntry], int | None]:
    """Entries, the newest first, staged ones too; the id to go on from, if there are more."""
    query = select(AuditEntry)
    for name in ("actor_id", "action", "object_kind", "object_id"):
        if (wanted := getattr(asked, name)) is not None:
            query = query.where(getattr(AuditEntry, name) == wanted)
    if asked.since:
        query = query.where(AuditEntry.at >= asked.since)
    if asked.until:
        query = query.where(AuditEntry.at < asked.until)
    if after:
        query = query.where(AuditEntry.id < after)
    found = db.session.scalars(
        query.order_by(AuditEntry.id.desc()).limit(PAGE + 1), execution_options={"populate_existing": True}
    ).all()
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else None


def state() -> tuple[int, str, int]:
    """The number and the hash of the chain's end, and how many entries wait for their place. One query."""
    staged = select(func.count()).select_from(AuditEntry).where(IS_STAGED).scalar_subquery()
    row = db.session.execute(select(AuditHead.seq, AuditHead.hash, staged)).one()
    return row[0], row[1], row[2]
