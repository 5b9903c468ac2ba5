"""Campaigns by their time."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from portal.campaigns.models import Campaign
from portal.database import db


def everything() -> Sequence[Campaign]:
    """All campaigns, the one closing last first."""
    return db.session.scalars(select(Campaign).order_by(Campaign.closes_at.desc(), Campaign.id.desc())).all()


def by_state(now: datetime) -> dict[str, list[Campaign]]:
    """The open by nearest end, the upcoming by nearest beginning, the closed by latest end. One query."""
    states: dict[str, list[Campaign]] = {"open": [], "upcoming": [], "closed": []}
    for campaign in everything():
        states[campaign.state(now)].append(campaign)
    states["open"].reverse()
    states["upcoming"].sort(key=lambda campaign: campaign.opens_at)
    return states


def open(now: datetime) -> Sequence[Campaign]:  # noqa: A001  # read with the module's name
    """Campaigns one can send ideas to, the one closing soonest first."""
    is_open = (Campaign.opens_at <= now) & (Campaign.closes_at > now)
    return db.session.scalars(select(Campaign).where(is_open).order_by(Campaign.closes_at, Campaign.id)).all()


def closing_soonest(now: datetime) -> Campaign | None:
    """The open campaign with the least time left."""
    return next(iter(open(now)), None)


def by_slug(slug: str) -> Campaign | None:
    return db.session.scalars(select(Campaign).where(Campaign.slug == slug)).one_or_none()
