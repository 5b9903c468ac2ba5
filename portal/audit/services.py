"""Record an act with the change it is about; chain what was recorded."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select, update

from portal import database
from portal.audit.chain import canonical_json, link
from portal.audit.heads import Head
from portal.audit.models import IS_STAGED, AuditEntry, AuditHead
from portal.database import db

BATCH = 1000


def record(actor_id: int | None, action: str, object_kind: str, object_id: int | None, detail: dict[str, Any]) -> None:
    """Stage an entry in the caller's transaction: it exists exactly if the act does.

    `actor_id` is None for the command line and for the portal itself. `detail` holds ids, codes and numbers only:
    entries are never erased, so no text a person wrote and nothing that names one belongs into them.
    """
    entry = AuditEntry(
        at=database.now(),
        actor_id=actor_id,
        action=action,
        object_kind=object_kind,
        object_id=object_id,
        detail=canonical_json(detail),
    )
    db.session.add(entry)


def chain(secret_key: str, limit: int = BATCH) -> int:
    """Chain staged entries, oldest first, in the caller's transaction; returns how many.

    The row of the head is locked first, so of two workers at once the second waits and finds the work done.
    """
    head = db.session.scalars(
        select(AuditHead).with_for_update().execution_options(populate_existing=True)
    ).one()  # SQLite has one writer anyway and ignores the lock
    staged = db.session.scalars(
        select(AuditEntry)
        .where(IS_STAGED)
        .order_by(AuditEntry.id)
        .limit(limit)
        .execution_options(populate_existing=True)
    ).all()
    links = []
    for entry in staged:
        before, head.seq = head.hash, head.seq + 1
        head.hash = link(secret_key, entry, head.seq, before)
        links.append({"id": entry.id, "seq": head.seq, "prev_hash": before, "hash": head.hash})
    if links:
        db.session.execute(update(AuditEntry), links)
    return len(links)


def head() -> Head:
    """The end of the chain as the table says."""
    row = db.session.scalars(select(AuditHead).execution_options(populate_existing=True)).one()
    return Head(row.chain, row.seq, row.hash)
