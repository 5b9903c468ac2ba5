"""What a letter with an announcement says: the organiser's words, in whose name, and where to read on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from portal.accounts.models import Member
from portal.announcements import queries as announcements
from portal.announcements.models import Announcement
from portal.campaigns.models import Campaign
from portal.database import db
from portal.notifications.categories import ALWAYS
from portal.notifications.failures import NotWanted
from portal.notifications.models import Letter
from portal.notifications.recipients import Content, reader_of, to
from portal.settings import Settings
from portal.units.queries import reference

CATEGORY = "news"


def announcement(letter: Letter, _now: datetime, _settings: Settings) -> Content:
    """Raises NotWanted if it was stopped before this one left."""
    row = db.session.get_one(Announcement, letter.payload["announcement_id"], populate_existing=True)
    if row.state == "stopped":
        raise NotWanted("the announcement was stopped")
    member = reader_of(letter, ALWAYS if letter.payload.get("test") else CATEGORY)  # a test is asked for
    author = db.session.get_one(Member, row.author_id)
    unit = reference().unit_by_id.get(author.unit_id or 0) or reference().centre
    office = unit.office_en if member.language == "en" else unit.office_vi
    who = f"{author.display_name}, {office or unit.name_vi}"
    campaign = db.session.get(Campaign, row.audience_id) if row.audience == "campaign" else None
    about = campaign or announcements.place(row)
    return to(member, announcement=row, who=who, audience=row.audience, about=about, **_place(row, campaign))


def _place(row: Announcement, campaign: Campaign | None) -> dict[str, Any]:
    """The page that the button leads to: `endpoint` with `query`."""
    if campaign:
        return {"endpoint": "campaigns.show", "query": {"slug": campaign.slug}}
    if row.audience == "field":
        return {"endpoint": "ideas.index", "query": {"field": announcements.place(row).code}}
    return {"endpoint": "ideas.index", "query": {}}
