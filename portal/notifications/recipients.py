"""Whom a letter goes to, looked up at the moment of sending, and what of an idea it may say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from portal.accounts.models import Member
from portal.accounts.queries import mailbox_of
from portal.campaigns.models import Campaign
from portal.ideas.models import Idea
from portal.ideas.states import READABLE
from portal.notifications.categories import ALWAYS, CATEGORIES, DAILY, NEVER
from portal.notifications.failures import ComesDaily, NotWanted, Unheard
from portal.notifications.lookups import Lookup
from portal.notifications.models import Letter, LetterPreference
from portal.text import slug
from portal.units.queries import reference

READERS = Lookup(
    select(Member.id, Member.email, Member.language, Member.status, Member.display_name, Member.unit_id).add_columns(
        Member.purposes, Member.birth_year, Member.birth_month
    ),
    key=Member.id,
    of=lambda letter: letter.recipient_id,
)
CHOICES = Lookup(
    select(LetterPreference.category, LetterPreference.rhythm),
    key=LetterPreference.member_id,
    of=lambda letter: letter.recipient_id,
)
IDEAS = Lookup(
    select(Idea.id, Idea.title, Idea.status, Idea.version, Idea.field_id, Idea.updated_at)
    .add_columns(Campaign.title_vi, Campaign.title_en)
    .outerjoin(Campaign, Campaign.id == Idea.campaign_id),
    key=Idea.id,
    of=lambda letter: letter.idea_id,
)
OWN_AFFAIRS = (ALWAYS, "my-ideas")


@dataclass(frozen=True)
class Content:
    """To whom, in which language, and what the templates need."""

    address: str
    language: str
    values: dict[str, Any]


def reader_of(letter: Letter, category: str = ALWAYS, *, in_digest: bool = False) -> Any:
    """The member a letter is for, with the rhythm they chose.

    Raises Unheard if they are gone, NotWanted if they chose never, ComesDaily if their daily letter tells it (`in_digest`).
    """
    member = READERS.first(letter.recipient_id)
    if member is None or member.status != "active" or not member.email:
        raise Unheard("the recipient is suspended, erased or without an address")
    if not may_hear(member, category):
        raise Unheard("the guardian said no to news")
    rhythm = rhythm_of(member.id, category)
    if rhythm == NEVER:
        raise NotWanted("the recipient wants no such letters")
    if in_digest and rhythm == DAILY:
        raise ComesDaily("it comes with the daily letter")
    return member


def rhythm_of(member_id: int, category: str) -> str | None:
    """What the reader chose, or the category's default; None where there is nothing to choose."""
    if category not in CATEGORIES:
        return None
    chosen = {row.category: row.rhythm for row in CHOICES.rows(member_id)}
    return chosen.get(category, CATEGORIES[category].default)


def may_hear(member: Any, category: str) -> bool:
    """False for a child whose guardian did not ask for news: then only their own affairs are told."""
    return member.purposes is None or category in OWN_AFFAIRS or "news" in member.purposes.split()


def to(member: Any, **values: Any) -> Content:
    """A child's letter goes to the guardian, as a copy that says so. Raises Unheard without an address."""
    box = mailbox_of(member)
    if box.address is None:
        raise Unheard("the recipient has no address")
    return Content(box.address, box.language, {"name": member.display_name, "copied": box.copied, **values})


def idea_of(idea_id: int) -> Any:
    return IDEAS.one(idea_id)


def described(idea: Any, *, only_public: bool = False) -> dict[str, Any]:
    """`campaign` is the row itself: it has the title in both languages.

    `only_public`: without a title as long as not everybody may read it, for whoever did not write it.
    """
    named = not only_public or idea.status in READABLE
    return {
        **linked(idea.id, idea.title if named else ""),
        "field": reference().field_by_id[idea.field_id],
        "campaign": idea if idea.title_vi else None,
    }


def linked(idea_id: int, title: str) -> dict[str, Any]:
    return {"id": idea_id, "title": title, "slug": slug(title)}
