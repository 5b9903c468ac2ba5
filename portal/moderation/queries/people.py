"""Who was at it lately, and what has waited too long."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from portal.accounts.models import Member
from portal.database import db
from portal.ideas.models import Idea
from portal.moderation.models import Case, Decision
from portal.moderation.queries.cases import OPEN, Where, order

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


def colleagues(member_id: int, scope: Where) -> Sequence[tuple[str, str]]:
    """Names and handles of the others who decided last among these cases: whom a note may call."""
    latest = select(Decision.moderator_id).join(Case, Case.id == Decision.case_id).where(*scope)
    others = latest.where(Decision.moderator_id != member_id).order_by(Decision.id.desc()).limit(LOOKED_AT).subquery()
    names = select(Member.display_name, Member.handle).where(Member.id.in_(select(others.c.moderator_id)))
    return [
        (row.display_name, row.handle) for row in db.session.execute(names.order_by(Member.display_name).limit(FIRST))
    ]


@dataclass(frozen=True)
class Late:
    """What a letter to a moderator says: how much waits, how much of it is late, and where it begins."""

    total: int
    late: int
    titles: Sequence[str]
    active: Sequence[str]


def late_for(scope: Where, now: datetime) -> Late:
    """In three queries."""
    counts = select(func.count(), func.count().filter(Case.due_at <= now)).where(OPEN, *scope)
    total, late = db.session.execute(counts).one()
    first = select(Idea.title).join(Case, Case.idea_id == Idea.id).where(OPEN, *scope).order_by(*order).limit(FIRST)
    titles = db.session.scalars(first).all()
    return Late(total, late, titles, active_lately(scope))
