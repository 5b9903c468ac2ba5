"""A campaign's row, and what organisers set about the support of their ideas."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from portal import versions
from portal.accounts import policy
from portal.accounts.models import Member
from portal.audit import services as audit
from portal.campaigns import queries
from portal.campaigns.models import Campaign
from portal.database import db
from portal.errors import N_, Missing, Refusal
from portal.rules import Invalid

EVERYBODY_KNOWS = timedelta(seconds=2 * queries.KEEP_SECONDS)
"""After so long every process goes by what is set now, votes that were under way included."""


def add(  # noqa: PLR0913  # one row has these
    slug: str,
    title: dict[str, str],
    text: dict[str, str],
    opens_at: datetime,
    closes_at: datetime,
    *,
    unit_id: int | None = None,
    support_goal: int | None = None,
    support_ends_at: datetime | None = None,
    source: str = "web",
) -> Campaign:
    """Insert a campaign. `title` and `text` (Markdown) are by language: {"vi": …, "en": …}.

    `support_goal` in votes, in place of the portal's own: 0 for none. `support_ends_at` in place of `closes_at`.
    """
    campaign = Campaign(
        slug=slug,
        title_vi=title["vi"],
        title_en=title["en"],
        text_vi=text["vi"],
        text_en=text["en"],
        opens_at=opens_at,
        closes_at=closes_at,
        unit_id=unit_id,
        support_goal=support_goal,
        support_ends_at=support_ends_at,
        source=source,
    )
    db.session.add(campaign)
    db.session.flush()
    queries.forget()
    return campaign


def set_support(
    actor: Member, campaign_id: int, version: int, goal: int | None, ends_at: datetime | None, now: datetime
) -> None:
    """How much support its ideas come to for their unit to be told (votes; 0 is none), and until when they take it.

    None for what holds anyway: the portal's own goal, and the end of the campaign. `version` is the one the form was
    made from. Whoever calls this says `queries.forget()` when the transaction is committed. Raises Missing, Invalid
    and Conflict.
    """
    campaign = queries.by_number(campaign_id)
    if campaign is None or not policy.can(actor, "organise", campaign):
        raise Missing
    if ends_at is not None and ends_at <= campaign.opens_at:
        raise Invalid({"ends_on": Refusal(N_("Ngày này phải sau khi chiến dịch mở"))})
    look_again = {} if goal == campaign.support_goal else {"goal_due_at": now + EVERYBODY_KNOWS}
    values = {"support_goal": goal, "support_ends_at": ends_at, **look_again}
    before = versions.change(Campaign, campaign_id, version, values)
    was = _support(before.support_goal, before.support_ends_at)
    audit.record(
        actor.id, "campaign_support_set", "campaign", campaign_id, {"from": was, "to": _support(goal, ends_at)}
    )


def _support(goal: int | None, ends_at: datetime | None) -> dict[str, int | str | None]:
    return {"goal": goal, "ends_at": ends_at.astimezone(UTC).isoformat() if ends_at else None}
