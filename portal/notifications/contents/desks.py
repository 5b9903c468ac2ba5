"""The moderators' letter of the morning: how much waits for each, and how much falls due today."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import select

from portal.accounts import policy
from portal.accounts.models import Member, RoleGrant, is_live
from portal.database import db
from portal.moderation import queries as moderation
from portal.moderation.queries.cases import Overview
from portal.moderation.services.scoping import known_to
from portal.moderation.words import KINDS_OF_CASES
from portal.notifications.failures import NotWanted
from portal.notifications.models import Letter
from portal.notifications.recipients import Content, reader_of, to
from portal.settings import ZONE, Settings


def moderators(after: int, page: int, now: datetime) -> list[int]:
    """Ids of members beyond `after` who hold a role that moderates."""
    holders = select(RoleGrant.member_id).where(RoleGrant.role.in_(policy.ACTIONS["moderate"]), is_live(now))
    return list(
        db.session.scalars(
            holders.where(RoleGrant.member_id > after).distinct().order_by(RoleGrant.member_id).limit(page)
        )
    )


def with_work(members: Iterable[int], now: datetime) -> list[int]:
    """Those for whom something waits."""
    return [member_id for member_id in members if (found := waiting_for(member_id, now)) and found.total]


def waiting_for(member_id: int, now: datetime) -> Overview | None:
    """What waits for a moderator; None for somebody who is none."""
    member = db.session.get(Member, member_id, populate_existing=True)
    if member is None or not policy.can(member, "moderate"):
        return None
    midnight = now.astimezone(ZONE).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    return moderation.overview(known_to(member), midnight)


def morning(letter: Letter, now: datetime, _settings: Settings) -> Content:
    reader = reader_of(letter, "desk")
    waiting = waiting_for(reader.id, now)
    if waiting is None or not waiting.total:
        raise NotWanted("nothing waits for this reader")
    return to(reader, waiting=waiting)


def late(letter: Letter, now: datetime, _settings: Settings) -> Content:
    """What is overdue for a moderator, and who was at it lately."""
    reader = reader_of(letter)
    member = db.session.get(Member, reader.id, populate_existing=True)
    work = moderation.late_for(known_to(member), now) if member and policy.can(member, "moderate") else None
    if work is None or not work.late:
        raise NotWanted("nothing is late for this reader")
    return to(reader, work=work, late=sum(work.late.values()), labels=KINDS_OF_CASES, now=now)
