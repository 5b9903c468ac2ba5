"""Who was at it lately, and what has waited too long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, func, select

from portal.accounts.models import Member, RoleGrant
from portal.database import db
from portal.moderation import duty
from portal.moderation.models import Case, Decision
from portal.moderation.queries.cases import OPEN, Where

RECENT = 3
FIRST = 5
LOOKED_AT = 100  # decisions


def active_lately(scope: Where, limit: int = RECENT) -> Sequence[str]:
    """Names of those who decided last among these cases."""
    last = (
        select(Decision.moderator_id, func.max(Decision.decided_at).label("at"))
        .join(Case, Case.id == Decision.case_id)
        .where(*scope)
        .group_by(Decision.moderator_id)
        .order_by(func.max(Decision.decided_at).desc())
        .limit(limit)
        .subquery()
    )
    names = select(Member.display_name).join(last, last.c.moderator_id == Member.id).order_by(last.c.at.desc())
    return db.session.scalars(names).all()


def colleagues(member_id: int, scope: Where, unit_id: int | None, now: datetime) -> Sequence[tuple[str, str]]:
    """Names and handles of others whom a note about a case of this unit may call: first who decided lately."""
    latest = select(Decision.moderator_id).join(Case, Case.id == Decision.case_id).where(*scope)
    latest = latest.order_by(Decision.id.desc()).limit(LOOKED_AT)
    recent = Member.id.in_(select(latest.subquery().c.moderator_id))
    staff = exists().where(RoleGrant.member_id == Member.id, *duty.works_at(duty.path_of(unit_id), now))
    others = select(Member.display_name, Member.handle).where(staff, Member.status == "active", Member.id != member_id)
    rows = db.session.execute(others.order_by(recent.desc(), Member.display_name).limit(FIRST))
    return [(row.display_name, row.handle) for row in rows]


@dataclass(frozen=True)
class Late:
    """What a letter to a moderator says: how much waits, how much of it is late, by kind, and since when."""

    total: int
    late: dict[str, int]
    oldest: datetime | None
    active: Sequence[str]


def late_for(scope: Where, now: datetime) -> Late:
    """In two queries. No titles: what waits or is reported is named in nobody's mailbox."""
    is_late = Case.due_at <= now
    oldest = func.min(Case.created_at).filter(is_late)
    counts = select(Case.kind, func.count(), func.count().filter(is_late), oldest).where(OPEN, *scope)
    rows = db.session.execute(counts.group_by(Case.kind).order_by(Case.kind)).all()
    late, since = {kind: some for kind, _, some, _ in rows if some}, [row[3] for row in rows if row[3]]
    return Late(sum(row[1] for row in rows), late, min(since, default=None), active_lately(scope))
