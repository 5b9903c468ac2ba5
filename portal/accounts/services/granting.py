"""Who holds which role where: granted, revoked, and never without a trace."""

from __future__ import annotations

from datetime import datetime

from portal.accounts.models import Member, RoleGrant
from portal.audit import services as audit
from portal.database import db


def give_role(  # one row has these
    granted_by: int | None,
    member: Member,
    role: str,
    unit_id: int,
    now: datetime,
    *,
    ends_at: datetime | None = None,
) -> RoleGrant:
    """Write a grant and its trace, and ask nothing: for commands, and for `grant`, which has asked."""
    given = RoleGrant(role=role, unit_id=unit_id, starts_at=now, ends_at=ends_at, granted_by_id=granted_by)
    member.grants.append(given)
    db.session.flush()
    what = {"role": role, "unit": unit_id, "grant": given.id, "until": ends_at.isoformat() if ends_at else None}
    audit.record(granted_by, "role_granted", "member", member.id, what)
    return given
