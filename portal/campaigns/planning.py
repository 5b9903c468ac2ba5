"""Organisers open a campaign, and change it later.

Its address is made of its first name and stays, as others have passed it on. Once it takes ideas its beginning and its
unit stay, too: who may support was told to those who sent one. Its end may be moved, also of one that is over, but not
into the past.

Whoever calls these says `queries.forget()` when the transaction is committed.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from portal import text, versions
from portal.accounts import policy
from portal.accounts.models import Member
from portal.audit import services as audit
from portal.campaigns import queries, services
from portal.campaigns.models import Campaign
from portal.database import db
from portal.errors import N_, Conflict, Missing, Refusal
from portal.rules import Invalid

SLUG_LENGTH = 74
"""So that a number fits behind it."""
FIGURES = ("opens_at", "closes_at", "unit_id")
"""What the record tells of; of what was written it only tells that it changed."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """A campaign as it is typed. Texts are Markdown; without English the Vietnamese stands for both. None: everybody's."""

    title_vi: str
    title_en: str
    text_vi: str
    text_en: str
    unit_id: int | None
    opens_at: datetime
    closes_at: datetime


def launch(actor: Member, plan: Plan, now: datetime) -> Campaign:
    """One that opens at its time, or at once if that is over. Raises Invalid, and Conflict if somebody else just did."""
    plan = replace(plan, opens_at=max(plan.opens_at, now))
    _check(actor, plan, None, now)
    try:
        with db.session.begin_nested():
            campaign = services.add(
                _free_slug(plan.title_vi),
                {"vi": plan.title_vi, "en": plan.title_en},
                {"vi": plan.text_vi, "en": plan.text_en},
                plan.opens_at,
                plan.closes_at,
                unit_id=plan.unit_id,
            )
    except IntegrityError as error:
        raise Conflict(N_("Vừa có người mở một chiến dịch tên như vậy. Xem lại danh sách nhé.")) from error
    audit.record(actor.id, "campaign.open", "campaign", campaign.id, _figures(plan, FIGURES))
    return campaign


def revise(actor: Member, campaign_id: int, version: int, plan: Plan, now: datetime) -> None:
    """Change it; `version` is the one the form was made from. Raises Missing, Invalid and Conflict."""
    campaign = queries.by_number(campaign_id)
    if campaign is None or not policy.can(actor, "organise", campaign):
        raise Missing
    if plan.opens_at != campaign.opens_at:
        plan = replace(plan, opens_at=max(plan.opens_at, now))
    _check(actor, plan, campaign, now)
    before = versions.change(Campaign, campaign_id, version, asdict(plan))
    changed = [name for name, value in asdict(plan).items() if value != getattr(before, name)]
    figures = [name for name in FIGURES if name in changed]
    detail = {"changed": changed, "from": _figures(before, figures), "to": _figures(plan, figures)}
    audit.record(actor.id, "campaign.change", "campaign", campaign_id, detail)


def _check(actor: Member, plan: Plan, campaign: Campaign | None, now: datetime) -> None:
    """Raise Invalid with every fault of what was planned; `campaign` is what there is."""
    begun = campaign is not None and campaign.opens_at <= now
    faults = {
        "title_vi": _name_taken(plan, campaign),
        "unit": _fault_of_unit(actor, plan, campaign, begun=begun),
        "opens_at": _fault_of_beginning(plan, campaign, begun=begun),
        "closes_at": _fault_of_end(plan, campaign, now),
    }
    if errors := {name: fault for name, fault in faults.items() if fault}:
        raise Invalid(errors)


def _name_taken(plan: Plan, campaign: Campaign | None) -> Refusal | None:
    """Two of one name at one place are taken for each other, or are one that was sent twice."""
    here = Campaign.unit_id.is_not_distinct_from(plan.unit_id)
    same = select(Campaign.id).where(Campaign.title_vi == plan.title_vi, here)
    others = same.where(Campaign.id != campaign.id) if campaign else same
    if db.session.scalar(others.limit(1)) is None:
        return None
    return Refusal(N_("Nơi này đã có một chiến dịch tên như vậy. Thêm năm, hoặc lần thứ mấy, để phân biệt."))


def _fault_of_unit(actor: Member, plan: Plan, campaign: Campaign | None, *, begun: bool) -> Refusal | None:
    if campaign and plan.unit_id == campaign.unit_id:
        return None
    if begun:
        return Refusal(N_("Chiến dịch đã mở nhận bài nên nơi tổ chức giữ nguyên"))
    return None if policy.can(actor, "organise", plan) else Refusal(N_("Chọn một nơi bạn phụ trách"))


def _fault_of_beginning(plan: Plan, campaign: Campaign | None, *, begun: bool) -> Refusal | None:
    if campaign and plan.opens_at == campaign.opens_at:
        return None
    if begun:
        return Refusal(N_("Chiến dịch đã mở nhận bài nên giờ mở giữ nguyên"))
    if campaign and campaign.support_ends_at and campaign.support_ends_at <= plan.opens_at:
        return Refusal(N_("Giờ mở phải trước ngày hết nhận ủng hộ của chiến dịch"))
    return None


def _fault_of_end(plan: Plan, campaign: Campaign | None, now: datetime) -> Refusal | None:
    moved = campaign is None or plan.closes_at != campaign.closes_at
    if moved and plan.closes_at <= now:
        return Refusal(N_("Giờ đóng phải còn ở phía trước"))
    return None if plan.closes_at > plan.opens_at else Refusal(N_("Giờ đóng phải sau giờ mở"))


def _free_slug(title: str) -> str:
    """'sang-tao-xanh', then 'sang-tao-xanh-2'."""
    first = text.slug(title, "chien-dich", SLUG_LENGTH)
    taken = set(db.session.scalars(select(Campaign.slug).where(Campaign.slug.startswith(first, autoescape=True))))
    names = itertools.chain([first], (f"{first}-{number}" for number in itertools.count(2)))
    return next(name for name in names if name not in taken)


def _figures(thing: Plan | Campaign, names: Sequence[str]) -> dict[str, Any]:
    values = {name.removesuffix("_id"): getattr(thing, name) for name in names}
    return {
        name: value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value
        for name, value in values.items()
    }
