"""Pages of campaigns. To say how long one is open, this machine's clock will do; services ask the database's."""

from __future__ import annotations

from datetime import UTC, datetime

from flask import render_template
from flask_login import current_user

from portal.campaigns import queries
from portal.campaigns.views.blueprint import pages
from portal.errors import Missing
from portal.ideas import queries as ideas
from portal.voting import queries as voting
from portal.web.access import public

ENTRIES = 12


@pages.get("/chien-dich")
@public
def index() -> str:
    moment = datetime.now(UTC)
    return render_template("campaigns/index.html", **queries.by_state(moment), now=moment)


@pages.get("/chien-dich/<slug>")
@public
def show(slug: str) -> str:
    campaign = queries.by_slug(slug)
    if campaign is None:
        raise Missing
    cards = ideas.newest(ENTRIES, ideas.Filters(campaign_id=campaign.id))
    return render_template(
        "campaigns/show.html",
        campaign=campaign,
        cards=cards,
        voted=voting.voted(current_user.id, [card.id for card in cards]),
        now=datetime.now(UTC),
    )
