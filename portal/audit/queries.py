"""Does the chain hold, and how long has an entry waited for its link?"""

from __future__ import annotations

from contextlib import closing
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select

from portal.audit import heads
from portal.audit.chain import Break, first_break
from portal.audit.models import IS_STAGED, AuditEntry, AuditHead
from portal.database import db

AT_ONCE = 2000


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
