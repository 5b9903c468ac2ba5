"""A campaign is a contest: its ideas take support until it closes, or a day of its own, and only from its unit.

Support given in time stands, and may be taken back at any time. An idea of no campaign is never closed in this way.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from sqlalchemy import BindParameter, ColumnElement, exists, func, or_

from portal.campaigns.models import Campaign
from portal.errors import N_, Refusal
from portal.ideas.models import Idea
from portal.units.queries import reference


class Contest(Protocol):
    """What has to be known of a campaign; `unit_id` None is for everybody."""

    @property
    def closes_at(self) -> datetime: ...
    @property
    def support_ends_at(self) -> datetime | None: ...
    @property
    def unit_id(self) -> int | None: ...


class Voter(Protocol):
    """What has to be known of a member: all of them is more than a vote by the API asks for."""

    @property
    def id(self) -> int: ...
    @property
    def status(self) -> str: ...
    @property
    def unit_id(self) -> int | None: ...


def closed_to(places: Sequence[BindParameter[int]], now: BindParameter[datetime]) -> ColumnElement[bool]:
    """For a query about one idea: whether its campaign has stopped taking support, or takes none from these units."""
    foreign = Campaign.unit_id.is_not(None) & Campaign.unit_id.not_in(places)
    ends_at = func.coalesce(Campaign.support_ends_at, Campaign.closes_at)
    return exists().where(Campaign.id == Idea.campaign_id, or_(ends_at <= now, foreign))


def end_of(contest: Contest) -> datetime:
    """When its ideas stop to take support."""
    return contest.support_ends_at or contest.closes_at


def refusal(contest: Contest, member: Voter | None, now: datetime) -> Refusal | None:
    """Why it takes no support, in words, for a member or for whoever has not signed in yet."""
    if max(end_of(contest), contest.closes_at) <= now:
        return Refusal(N_("Chiến dịch đã đóng nên ý này không nhận thêm ủng hộ."), status=409)
    if end_of(contest) <= now:
        return Refusal(N_("Chiến dịch này đã hết thời gian nhận ủng hộ."), status=409)
    if member and contest.unit_id is not None and contest.unit_id not in places_of(member):
        return Refusal(N_("Chiến dịch này của nơi khác: chỉ thành viên ở đó ủng hộ được."), status=403)
    return None


def places_of(member: Voter) -> list[int]:
    """Their unit and all above it; whoever named none belongs to the centre."""
    codes = reference()
    return codes.path(member.unit_id or codes.centre.id)
