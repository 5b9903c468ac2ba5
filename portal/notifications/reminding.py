"""Letters that no fact causes but time: a draft left lying, a campaign that opens, one about to end.

Each look writes what is missing and nothing twice, because a letter's key says what it is about. Nobody is reminded of
what is more than a week old: after a long outage that would be news of yesterday.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, cast, exists, literal, select

from portal.campaigns.models import Campaign
from portal.database import db
from portal.ideas.models import IS_TO_CHANGE, Draft, Idea
from portal.notifications import hours, services
from portal.notifications.categories import NOW
from portal.notifications.models import Letter, LetterPreference
from portal.settings import Settings

PAGE = 200
LATEST = timedelta(days=7)
OPENED_LATELY = timedelta(days=2)
LAST_DAYS = timedelta(days=3)


def look(settings: Settings, now: datetime) -> int:
    """Write up to a page of each kind; returns how many. Called again until there is nothing to write."""
    if hours.is_quiet(now, settings.quiet_hours):
        return 0
    return _drafts(settings, now) + _openings(settings, now) + _endings(settings, now)


def _drafts(settings: Settings, now: datetime) -> int:
    old = now - timedelta(seconds=settings.remind_draft_after)
    lying = (Draft.updated_at <= old, Draft.updated_at > old - LATEST, *_unsent())
    return _remind(settings, now, "draft_reminder", "", *lying)


def _endings(settings: Settings, now: datetime) -> int:
    ending = select(Campaign).where(Campaign.closes_at > now, Campaign.closes_at <= now + LAST_DAYS)
    written = 0
    for campaign in db.session.scalars(ending):
        its = (
            Draft.content["campaign"].as_string() == campaign.slug,
            Draft.created_at < campaign.closes_at - LAST_DAYS,
        )
        written += _remind(settings, now, "campaign_ends", f"{campaign.id}:", *its, *_unsent(), campaign_id=campaign.id)
        written += _remind_of_changes(settings, now, campaign)
    return written


def _remind_of_changes(settings: Settings, now: datetime, campaign: Campaign) -> int:
    """Whose entry was sent back to them has something left to do, too."""
    key = _key("campaign_ends", literal(f"{campaign.id}:idea") + cast(Idea.id, String), Idea.author_id)
    its = (Idea.campaign_id == campaign.id, IS_TO_CHANGE)
    entries = select(Idea.id, Idea.author_id).where(*its, ~exists().where(Letter.dedup_key == key))
    found = db.session.execute(entries.order_by(Idea.id).limit(PAGE)).all()
    letters = [
        (f"{campaign.id}:idea{idea_id}", author_id, {"idea_id": idea_id, "campaign_id": campaign.id})
        for idea_id, author_id in found
    ]
    services.write_each(settings, "campaign_ends", letters, now)
    return len(found)


def _unsent() -> tuple[ColumnElement[bool], ...]:
    return (Draft.member_id.is_not(None), Draft.idea_id.is_(None))


def _remind(settings: Settings, now: datetime, kind: str, about: str, *where: Any, **ids: int) -> int:
    drafts = select(Draft.id, Draft.member_id).where(*where, ~_written(kind, about, Draft.id, Draft.member_id))
    found = db.session.execute(drafts.order_by(Draft.id).limit(PAGE)).all()
    letters = [(f"{about}{draft_id}", member_id, {"draft_id": draft_id, **ids}) for draft_id, member_id in found]
    services.write_each(settings, kind, letters, now)
    return len(found)


def _openings(settings: Settings, now: datetime) -> int:
    opened = select(Campaign).where(
        Campaign.opens_at <= now, Campaign.opens_at > now - OPENED_LATELY, Campaign.closes_at > now
    )
    written = 0
    for campaign in db.session.scalars(opened):
        wish = (LetterPreference.category == "campaigns", LetterPreference.rhythm == NOW)
        told = exists().where(Letter.dedup_key == _key("campaign_opens", campaign.id, LetterPreference.member_id))
        members = (
            select(LetterPreference.member_id).where(*wish, ~told).order_by(LetterPreference.member_id).limit(PAGE)
        )
        readers = db.session.scalars(members).all()
        services.write_many(settings, "campaign_opens", readers, now, str(campaign.id), campaign_id=campaign.id)
        written += len(readers)
    return written


def _written(kind: str, about: str, draft_id: Any, member_id: Any) -> ColumnElement[bool]:
    return exists().where(Letter.dedup_key == _key(f"{kind}:{about}".removesuffix(":"), draft_id, member_id))


def _key(kind: str, about: Any, member_id: Any) -> ColumnElement[str]:
    """As `services.write_many` makes it, in SQL."""
    return literal(f"{kind}:") + cast(about, String) + ":" + cast(member_id, String)
