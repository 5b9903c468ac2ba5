"""Campaigns by their time."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import select

from portal.campaigns.models import Campaign, CampaignQuestion
from portal.campaigns.questions import Question
from portal.database import db

KEEP_SECONDS = 60.0
NAMED = 50


@dataclass(frozen=True)
class Named:
    """A campaign as one chooses it from a list, and what a card of one of its ideas has to know."""

    id: int
    slug: str
    title_vi: str
    title_en: str
    closes_at: datetime
    unit_id: int | None
    support_goal: int | None
    support_ends_at: datetime | None


_named: WeakKeyDictionary[Any, tuple[float, dict[int, Named]]] = WeakKeyDictionary()


def named() -> list[Named]:
    """The campaigns closing last, by name."""
    return list(by_id().values())[:NAMED]


def by_id(clock: Callable[[], float] = time.monotonic) -> dict[int, Named]:
    """All campaigns, closing last first; each process asks once a minute, so that the list of ideas need not."""
    engine = db.engine
    kept = _named.get(engine)
    if kept is None or clock() - kept[0] > KEEP_SECONDS:
        columns = select(*(getattr(Campaign, name) for name in Named.__dataclass_fields__))
        latest = db.session.execute(columns.order_by(Campaign.closes_at.desc(), Campaign.id.desc()))
        kept = (clock(), {row.id: Named(*row) for row in latest})
        _named[engine] = kept
    return kept[1]


def forget() -> None:
    """After a campaign was added or changed: this process shows it at once, the others within a minute."""
    _named.clear()


def everything() -> Sequence[Campaign]:
    """All campaigns, the one closing last first."""
    return of_units(None)


def of_units(unit_ids: Collection[int] | None) -> Sequence[Campaign]:
    """Those of these units, the one closing last first; None for all."""
    latest = select(Campaign).order_by(Campaign.closes_at.desc(), Campaign.id.desc())
    return db.session.scalars(latest if unit_ids is None else latest.where(Campaign.unit_id.in_(unit_ids))).all()


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


def by_number(campaign_id: int) -> Campaign | None:
    """As it is in the database now."""
    return db.session.get(Campaign, campaign_id, populate_existing=True)


def questions(campaign_ids: Iterable[int]) -> dict[int, tuple[Question, ...]]:
    """What campaigns ask, in order, by the campaign; those that ask nothing are left out. One query."""
    asked = select(CampaignQuestion).where(CampaignQuestion.campaign_id.in_(list(campaign_ids)))
    rows = db.session.scalars(asked.order_by(CampaignQuestion.place, CampaignQuestion.id))
    found: defaultdict[int, list[Question]] = defaultdict(list)
    for row in rows:
        found[row.campaign_id].append(_question(row))
    return {campaign_id: tuple(some) for campaign_id, some in found.items()}


def questions_of(slug: str, open_at: datetime | None = None) -> tuple[Question, ...]:
    """What the campaign of that slug asks; nothing if there is none, or none that is open then."""
    its = select(CampaignQuestion).join(Campaign, Campaign.id == CampaignQuestion.campaign_id)
    if open_at:
        its = its.where(Campaign.opens_at <= open_at, Campaign.closes_at > open_at)
    asked = its.where(Campaign.slug == slug).order_by(CampaignQuestion.place, CampaignQuestion.id)
    return tuple(map(_question, db.session.scalars(asked))) if slug else ()


def _question(row: CampaignQuestion) -> Question:
    names = ("id", "kind", "label_vi", "label_en", "help_vi", "help_en", "required", "most", "version")
    return Question(**{name: getattr(row, name) for name in names}, choices=tuple((vi, en) for vi, en in row.choices))
