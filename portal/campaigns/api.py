"""The API of campaigns."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from apiflask.fields import AwareDateTime, Boolean, Integer, List, Nested, String
from flask import url_for

from portal.campaigns import queries, questions
from portal.campaigns.questions import Question
from portal.database import now
from portal.settings import current_settings
from portal.web.access import public
from portal.web.language import current_language
from portal.web.templating import local

api = APIBlueprint("campaigns_api", __name__, tag="campaigns")


class QuestionOut(Schema):
    id = Integer()
    label = String()
    help = String()
    kind = String(metadata={"enum": list(questions.KINDS)})
    choices = List(String(), metadata={"description": "Of kind `choice`."})
    required = Boolean()
    most = Integer(metadata={"description": "Characters of an answer."})


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
    questions = List(Nested(QuestionOut), metadata={"description": "What an idea sent to it has to answer besides."})


class CampaignsOut(Schema):
    items = List(Nested(CampaignOut))


@api.get("/campaigns")
@api.output(CampaignsOut)
@public
def campaigns() -> dict[str, Any]:
    """List all campaigns, the one closing last first, in the language of Accept-Language."""
    base, moment, all_ = current_settings().base_url, now(), queries.everything()
    asked = queries.questions(campaign.id for campaign in all_)
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
                "url": base + url_for("campaigns.show", slug=campaign.slug),
                "questions": [_question_body(one) for one in asked.get(campaign.id, ())],
            }
            for campaign in all_
        ]
    }


def _question_body(one: Question) -> dict[str, Any]:
    at = int(current_language() == "en")
    return {
        **{name: getattr(one, name) for name in ("id", "kind", "required", "most")},
        "label": local(one, "label"),
        "help": local(one, "help"),
        "choices": [pair[at] for pair in one.choices],
    }
