"""Who is on duty for a unit: those who moderate nearest to it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from portal.accounts.models import STAFF, Member, RoleGrant, is_live
from portal.campaigns.models import Campaign
from portal.database import db
from portal.ideas.models import Idea
from portal.units.queries import reference

MOST = 20  # letters about one case
ORGANISERS = ("organiser", "admin")


def moderators(unit_id: int | None, now: datetime, without: Collection[int] = ()) -> list[int]:
    """Ids of the moderators of the unit; if it has none but these, of the nearest unit above it that has some."""
    return _nearest(path_of(unit_id), STAFF, now, without)


def organisers(unit_id: int | None, now: datetime) -> list[int]:
    """The same of those who organise there."""
    return _nearest(path_of(unit_id), ORGANISERS, now)


def organisers_for(idea_id: int, now: datetime) -> list[int]:
    """Those who answer for an idea: its unit's; for one of none, of the unit whose campaign it answers."""
    place = select(func.coalesce(Idea.unit_id, Campaign.unit_id)).outerjoin(Campaign, Campaign.id == Idea.campaign_id)
    return organisers(db.session.scalar(place.where(Idea.id == idea_id)), now)


def _nearest(path: Sequence[int], roles: Collection[str], now: datetime, without: Collection[int] = ()) -> list[int]:
    staff = (
        select(Member.id, RoleGrant.unit_id)
        .join(RoleGrant, RoleGrant.member_id == Member.id)
        .where(*works_at(path, now, roles))
        .where(Member.status == "active", Member.email.is_not(None), Member.id.not_in(without))
        .order_by(Member.id)
    )
    on_duty = db.session.execute(staff).all()
    nearest = min((path.index(row.unit_id) for row in on_duty), default=0)
    return list(dict.fromkeys(row.id for row in on_duty if row.unit_id == path[nearest]))[:MOST]


def path_of(unit_id: int | None) -> list[int]:
    """Ids of the units that answer for what a unit has, the nearest first; the centre alone for what is nobody's."""
    places = reference()
    return places.path(unit_id) if unit_id else [places.centre.id]


def works_at(path: Sequence[int], now: datetime, roles: Collection[str] = STAFF) -> tuple[ColumnElement[bool], ...]:
    """Of grants: those of moderators (or of these roles) at one of these units."""
    return RoleGrant.role.in_(roles), RoleGrant.unit_id.in_(path), is_live(now)
