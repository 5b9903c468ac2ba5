"""What triage shows: the places it means, marked in the text; what was reported; how often each rule was right."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, render_template
from flask_babel import gettext

from portal.database import now
from portal.moderation import marking, reported
from portal.moderation.queries import quality
from portal.moderation.triage import LABELS
from portal.moderation.views.base import desk
from portal.web.access import allowed, public

pages = Blueprint("triage", __name__)
pages.add_app_template_filter(marking.marked)
pages.add_app_template_filter(marking.evidence)
pages.add_app_template_filter(marking.proposal)
pages.add_app_template_filter(reported.reported)
MONTH, QUARTER = timedelta(days=30).days, timedelta(days=90).days


@pages.app_template_filter()
def rule_label(rule: str) -> str:
    """The short name of a rule in the reader's language."""
    return gettext(LABELS[rule])


@pages.get("/kiem-duyet/so-lieu")
@allowed("moderate")
def figures() -> str:
    """How often each rule fired and how often a moderator saw the same, over a month and over three."""
    moment = now()
    spans = [quality.quality(days, moment) for days in (MONTH, QUARTER)]
    return desk("moderation/figures.html", moment, spans=spans, floor=quality.FLOOR, sure=quality.SURE)


@pages.get("/minh-bach")
@public
def transparency() -> str:
    """In sum and for everybody: what was decided, and how good the machine's hints were. Small numbers are not told."""
    return render_template("moderation/transparency.html", sum=quality.quality(QUARTER, now()), small=quality.SMALL)
