"""Limits of a network raised for a day, by an organiser who knows that a whole class sits behind it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select

from portal.accounts import limits, policy, rules
from portal.accounts.models import Member, RaisedLimit
from portal.audit import services as audit
from portal.database import db
from portal.errors import Missing

RAISED_FOR = timedelta(days=1)
LISTED = 50


def raise_limits(actor: Member, key: str, network: str, place: str, now: datetime) -> RaisedLimit:
    """For a day from `now`; of two raises of a network the one that ends later counts. Raises Refusal and TooMany."""
    place = rules.PLACE.clean(place)
    if fault := rules.PLACE.fault(place):
        fault.field = "place"
        raise fault
    limits.take("raise:account", str(actor.id), now)
    row = RaisedLimit(key=key, network=network, place=place, by_id=actor.id, created_at=now, until=now + RAISED_FOR)
    db.session.add(row)
    db.session.flush()
    audit.record(actor.id, "limits_raised", "network", row.id, {"until": row.until.isoformat(timespec="seconds")})
    return row


def end_raise(actor: Member, raised_id: int, now: datetime) -> None:
    """Before its day is over. Another's is only the centre's to end. Raises Missing. Ended already, nothing changes."""
    row = db.session.scalar(_seen_by(actor).where(RaisedLimit.id == raised_id).with_for_update())
    if row is None:
        raise Missing
    if row.until > now:
        row.until = now
        audit.record(actor.id, "limits_lowered", "network", row.id, {})


def raised_for(actor: Member) -> Sequence[tuple[RaisedLimit, str]]:
    """What an organiser has raised lately, or for the centre everybody, the newest first, with who did."""
    rows = _seen_by(actor).join(Member, Member.id == RaisedLimit.by_id).add_columns(Member.display_name)
    return [(row, name) for row, name in db.session.execute(rows.order_by(RaisedLimit.id.desc()).limit(LISTED))]


def _seen_by(actor: Member) -> Select[Any]:
    rows = select(RaisedLimit).execution_options(populate_existing=True)
    return rows if policy.units_of(actor, "organise") is None else rows.where(RaisedLimit.by_id == actor.id)
