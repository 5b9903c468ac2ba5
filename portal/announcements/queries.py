"""Whom an announcement is for, asked anew whenever it matters; and the announcements there are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal, or_, select

from portal.accounts import policy, terms
from portal.accounts.models import Member, RoleGrant, is_live
from portal.announcements.models import Announcement
from portal.campaigns.models import Campaign
from portal.database import db
from portal.discussion.models import Follow
from portal.errors import Missing
from portal.ideas.models import Idea, IdeaAuthor
from portal.units.queries import reference

PAGE = 30
MONTHS = 12
NEWS = "news"  # what a guardian says yes or no to


@dataclass(frozen=True)
class Listed:
    """An announcement with its author's name and, for a campaign, its title."""

    row: Announcement
    author: str
    campaign: Campaign | None


def recipients(announcement: Announcement, author: Member, now: datetime) -> Select[Any]:
    """Ids of the members it is for: active, with an address, under the author's units, and no child without a yes."""
    may = policy.units_of(author, "announce")
    found = select(Member.id).where(
        Member.status == "active", Member.email.is_not(None), Member.id.in_(_audience(announcement)), hears_news(now)
    )
    return found if may is None else found.where(Member.unit_id.in_(may))


def hears_news(now: datetime) -> ColumnElement[bool]:
    """Whoever is old enough for an account of their own, and children whose guardian and themselves chose news."""
    born = Member.birth_year * MONTHS + Member.birth_month
    grown = or_(Member.birth_year.is_(None), born + terms.ages().own * MONTHS < now.year * MONTHS + now.month)
    return or_(Member.purposes.is_(None) & grown, chose_news())


def chose_news() -> ColumnElement[bool]:
    """Of those who have a guardian: whom they and the guardian let hear news."""
    return (literal(" ") + Member.purposes + " ").contains(f" {NEWS} ")


def count(announcement: Announcement, author: Member, now: datetime) -> int:
    return db.session.scalar(select(func.count()).select_from(recipients(announcement, author, now).subquery())) or 0


def _audience(announcement: Announcement) -> Any:
    about = announcement.audience_id
    if announcement.audience == "unit":
        return select(Member.id).where(Member.unit_id.in_(reference().below(about)))
    ideas = Idea.campaign_id == about if announcement.audience == "campaign" else Idea.field_id == about
    wrote = select(Idea.author_id).where(ideas, Idea.status.not_in(("draft", "waiting_guardian", "removed")))
    beside = (
        select(IdeaAuthor.member_id)
        .join(Idea, Idea.id == IdeaAuthor.idea_id)
        .where(ideas, IdeaAuthor.state == "accepted", IdeaAuthor.member_id.is_not(None))
    )
    if announcement.audience == "campaign":
        return wrote.union(beside)
    follow = select(Follow.member_id).join(Idea, Idea.id == Follow.idea_id).where(ideas)
    return wrote.union(beside, follow)


def second_people(author: Member, now: datetime) -> list[int]:
    """Ids of those who may say yes to what somebody else would send to many: they organise for the whole bank."""
    central = (RoleGrant.unit_id == reference().centre.id) & RoleGrant.role.in_(policy.ACTIONS["announce"])
    holders = select(RoleGrant.member_id).join(Member, Member.id == RoleGrant.member_id).where(central, is_live(now))
    others = holders.where(Member.status == "active", RoleGrant.member_id != author.id)
    return list(db.session.scalars(others.distinct()))


def page(actor: Member, after: int | None) -> tuple[list[Listed], int | None]:
    """Announcements of the actor, and of everybody for who looks after the whole bank; newest first."""
    rows = _listed().order_by(Announcement.id.desc()).limit(PAGE + 1)
    if policy.units_of(actor, "announce") is not None:
        rows = rows.where(Announcement.author_id == actor.id)
    if after is not None:
        rows = rows.where(Announcement.id < after)
    found = [Listed(*row) for row in db.session.execute(rows)]
    return found[:PAGE], found[PAGE - 1].row.id if len(found) > PAGE else None


def show(announcement_id: int, actor: Member) -> Listed:
    """Raises Missing for one that the actor may not know of."""
    row = db.session.execute(
        _listed().where(Announcement.id == announcement_id).execution_options(populate_existing=True)
    ).one_or_none()
    central = policy.units_of(actor, "announce") is None
    if row is None or (row.Announcement.author_id != actor.id and not central):
        raise Missing
    return Listed(*row)


def about(announcement_id: int) -> Listed | None:
    """For whoever got a letter with it."""
    row = db.session.execute(_listed().where(Announcement.id == announcement_id)).one_or_none()
    return Listed(*row) if row else None


def place(announcement: Announcement) -> Any:
    """The field or the unit it is for, with its name in both languages."""
    places = reference()
    return (places.field_by_id if announcement.audience == "field" else places.unit_by_id)[announcement.audience_id]


def _listed() -> Select[Any]:
    campaign = (Announcement.audience == "campaign") & (Campaign.id == Announcement.audience_id)
    columns: tuple[Any, ...] = (Announcement, Member.display_name, Campaign)
    joined = select(*columns).join(Member, Member.id == Announcement.author_id)
    return joined.outerjoin(Campaign, campaign)
