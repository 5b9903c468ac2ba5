"""The API of campaigns."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from apiflask.fields import AwareDateTime, Integer, List, Nested, String
from flask import url_for

from portal.campaigns import queries
from portal.database import now
from portal.web.access import public
from portal.web.templating import local

api = APIBlueprint("campaigns_api", __name__, tag="campaigns")


class CampaignOut(Schema):
    slug = String()
    title = String()
    text = String(metadata={"description": "Markdown"})
    opens_at = AwareDateTime()
    closes_at = AwareDateTime()
    support_goal = Integer(
        metadata={"description": "votes at which an idea's unit is told; null: the portal's own"}, allow_none=True
    )
    support_ends_at = AwareDateTime(metadata={"description": "null: when the campaign closes"}, allow_none=True)
    state = String(metadata={"enum": ["upcoming", "open", "closed"]})
    url = String(metadata={"format": "uri"})


class CampaignsOut(Schema):
    items = List(Nested(CampaignOut))


@api.get("/campaigns")
@api.output(CampaignsOut)
@public
def campaigns() -> dict[str, Any]:
    """List all campaigns, the one closing last first, in the language of Accept-Language."""
    moment = now()
    return {
        "items": [
            {
                "slug": campaign.slug,
                "title": local(campaign, "title"),
                "text": local(campaign, "text"),
                "opens_at": campaign.opens_at,
                "closes_at": campaign.closes_at,
                "support_goal": campaign.support_goal,
                "support_ends_at": campaign.support_ends_at,
                "state": campaign.state(moment),
                "url": url_for("campaigns.show", slug=campaign.slug, _external=True),
            }
            for campaign in queries.everything()
        ]
    }
