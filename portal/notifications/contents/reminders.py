"""What letters say of drafts left lying and of campaigns that open and end."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select

from portal.accounts.rules import age
from portal.campaigns import queries as campaigns
from portal.campaigns.models import Campaign
from portal.database import db
from portal.ideas import rules
from portal.ideas.models import Draft
from portal.ideas.rules import Content as Written
from portal.notifications.failures import NotWanted
from portal.notifications.models import Letter
from portal.notifications.recipients import Content, idea_of, reader_of, to
from portal.rules import Invalid
from portal.settings import Settings
from portal.text import excerpt

OLD_ENOUGH = 16
"""Nobody younger is sent what invites them to something new."""
THEME = 300  # characters of a campaign's text


def draft(letter: Letter, _now: datetime, _settings: Settings) -> Content:
    member = reader_of(letter, "reminders")
    row = _draft_of(letter)
    if row.updated_at > letter.created_at:
        raise NotWanted("its author is writing again")
    return to(member, title=row.content.get("title") or "", token=row.token, saved_at=row.updated_at)


def campaign_opens(letter: Letter, now: datetime, _settings: Settings) -> Content:
    member = reader_of(letter, "campaigns")
    if not _is_old_enough(member, now.date()):
        raise NotWanted(f"the recipient is under {OLD_ENOUGH}")
    campaign = _open_campaign(letter, now)
    return to(
        member,
        campaign=campaign,
        theme={"vi": _theme(campaign.text_vi), "en": _theme(campaign.text_en or campaign.text_vi)},
    )


def campaign_ends(letter: Letter, now: datetime, _settings: Settings) -> Content:
    """To whoever has begun a paper for it, or was asked to change theirs: how long there is, and what is left to do."""
    member = reader_of(letter, "reminders")
    campaign = _open_campaign(letter, now)
    days = max(1, -(-(campaign.closes_at - now) // timedelta(days=1)))
    if "idea_id" in letter.payload:
        idea = idea_of(letter.payload["idea_id"])
        if idea.status != "needs_changes":
            raise NotWanted(f"the idea is {idea.status} by now")
        return to(member, campaign=campaign, days=days, title=idea.title, idea_id=idea.id)
    row = _draft_of(letter)
    if row.content.get("campaign") != campaign.slug:
        raise NotWanted("the paper is for something else by now")
    title, missing = row.content.get("title") or "", _missing(row.content)
    return to(member, campaign=campaign, days=days, title=title, token=row.token, missing=missing)


def _draft_of(letter: Letter) -> Any:
    columns = (Draft.token, Draft.content, Draft.updated_at, Draft.idea_id, Draft.member_id)
    row = db.session.execute(select(*columns).where(Draft.id == letter.payload["draft_id"])).one_or_none()
    if row is None or row.idea_id is not None or row.member_id != letter.recipient_id:
        raise NotWanted("the draft is sent or deleted")
    return row


def _open_campaign(letter: Letter, now: datetime) -> Campaign:
    campaign = db.session.get_one(Campaign, letter.payload["campaign_id"], populate_existing=True)
    if not campaign.is_open(now):
        raise NotWanted("the campaign is not open")
    db.session.expunge(campaign)  # its words outlive the transaction they were read in
    return campaign


def _missing(content: dict[str, Any]) -> list[Any]:
    try:
        written = Written.read(content)
        rules.check(written, questions=campaigns.questions_of(written.campaign))
    except Invalid as invalid:
        return list(invalid.errors.values())
    return []


def _theme(markdown: str) -> str:
    """The first words of a campaign's text."""
    return excerpt(markdown.partition("\n\n")[0], THEME)


def _is_old_enough(member: Any, today: date) -> bool:
    return not member.birth_year or age(member.birth_year, member.birth_month, today) >= OLD_ENOUGH
