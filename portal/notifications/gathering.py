"""Letters made of notices: for each reader with something unread, in the rhythm they chose, never twice.

A notice says what happened (room `notices`). Each round walks, in pages, over those who have unread notices that went
into no letter yet: `daily` once a day, `now` every few seconds but not at night. One transaction a page writes the
letters and marks their notices, so a kill between two pages loses nothing and repeats nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, case, func, or_, select, update

from portal.accounts.models import Member
from portal.announcements.queries import chose_news
from portal.database import UtcDateTime, db, insert_ignore
from portal.notices.models import Notice, visible, with_subject
from portal.notifications import addresses, hours, services
from portal.notifications.categories import BY_DECISION, CATEGORIES, DAILY, DIGEST, NOW, OF_NOTICE
from portal.notifications.contents import desks
from portal.notifications.models import Letter, LetterPreference, LetterRound
from portal.notifications.recipients import OWN_AFFAIRS
from portal.settings import Settings

PAGE = 25  # readers in one transaction; twice as many took up to 130 ms on a machine that others use
DESK = "desk"  # the round of moderators: what waits for them is no notice
ROUNDS = (NOW, DAILY, DESK)
NOW_EVERY = timedelta(seconds=10)
AT_ONCE = {
    "new_comments": ("comments",),
    "followed_news": ("follows",),
    "own_news": ("my-ideas",),
    "unit_goals": ("goals",),
}
"""Letters of the round `now`. Much of what happens to one's own ideas has letters of its own, written with the fact: the
notice that tells the same is in that letter from then on, and so in no round."""


def is_due(name: str, settings: Settings, now: datetime) -> bool:
    """Cheap, and asked each second: is there anything for this round to do?"""
    if name == NOW and hours.is_quiet(now, settings.quiet_hours):
        return False
    next_at = db.session.scalar(select(LetterRound.next_at).where(LetterRound.name == name))
    return next_at is None or next_at <= now or next_at > _following(name, settings, now)


def oldest_due(now: datetime) -> datetime | None:
    """Since when a round could have begun; None if nothing waits."""
    due = select(func.min(LetterRound.next_at)).where(LetterRound.next_at <= now, LetterRound.name.in_(ROUNDS))
    return db.session.scalar(due)


def next_page(name: str, settings: Settings, now: datetime, page: int = PAGE) -> bool:
    """Write letters for the next readers of a round; False when it is over, or somebody else is at it."""
    round_ = _take(name, settings, now)
    if round_ is None or round_.next_at > now:
        return False
    members = desks.moderators(round_.after, page, now) if name == DESK else _readers(name, round_.after, page, now)
    if not members:
        round_.next_at, round_.after = _following(name, settings, now), 0
        return False
    reached = addresses.reachable(settings.secret_key, members)
    if name == DESK:
        services.write_many(settings, "desk_digest", desks.with_work(reached, now), now)
    for kind, categories in _kinds(name):
        _write(kind, _unmailed(name, categories), reached, settings, now)
    round_.after = members[-1]
    return True


def _kinds(name: str) -> list[tuple[str, tuple[str, ...]]]:
    if name == DAILY:
        return [(DIGEST, tuple(CATEGORIES))]
    return list(AT_ONCE.items()) if name == NOW else []


def _following(name: str, settings: Settings, now: datetime) -> datetime:
    return now + NOW_EVERY if name == NOW else hours.next_digest(now, settings.digest_every)


def _take(name: str, settings: Settings, now: datetime) -> LetterRound | None:
    """The round's row, locked; None while another worker has it. A row that waits longer than asked for is woken."""
    following = _following(name, settings, now)
    first = {"name": name, "next_at": following, "after": 0}
    db.session.execute(insert_ignore(LetterRound.__table__).values(first))
    row = select(LetterRound).where(LetterRound.name == name).with_for_update(skip_locked=True)
    round_ = db.session.scalar(row.execution_options(populate_existing=True))
    if round_ is not None and round_.next_at > following:  # DIGEST_EVERY was made shorter
        round_.next_at = following
    return round_


def _readers(name: str, after: int, page: int, now: datetime) -> list[int]:
    categories = tuple(category for _, some in _kinds(name) for category in some)
    asked = {"now": now, "after": after, "page": page}
    return list(db.session.scalars(_next_readers(name, categories), asked))


@cache
def _next_readers(name: str, categories: tuple[str, ...]) -> Select[int]:
    members = _unmailed(name, categories).with_only_columns(Notice.member_id).distinct()
    return members.where(Notice.member_id > bindparam("after")).order_by(Notice.member_id).limit(bindparam("page"))


@cache
def _unmailed(name: str, categories: tuple[str, ...]) -> Select[int]:
    """Ids of notices that may be shown `now`, are unread, went into no letter, and are wanted in this rhythm.

    Only of those who can be written to about it. Made once: it costs more to make than to ask.
    """
    told = set() if name == DAILY else {BY_DECISION}
    kinds = {kind: category for kind, category in OF_NOTICE.items() if category in categories and kind not in told}
    chosen = (LetterPreference.member_id == Notice.member_id) & (
        LetterPreference.category == case(kinds, value=Notice.kind)
    )
    own = [kind for kind, category in kinds.items() if category in OWN_AFFAIRS]
    default = case({kind: CATEGORIES[category].default for kind, category in kinds.items()}, value=Notice.kind)
    return (
        with_subject(select(Notice.id))
        .join(Member, Member.id == Notice.member_id)
        .outerjoin(LetterPreference, chosen)
        .where(Member.status == "active", Member.email.is_not(None))
        .where(or_(Member.purposes.is_(None), Notice.kind.in_(own), chose_news()))
        .where(Notice.read_at.is_(None), Notice.letter_id.is_(None), visible(bindparam("now", type_=UtcDateTime)))
        .where(Notice.kind.in_(kinds), func.coalesce(LetterPreference.rhythm, default) == name)
        .where(or_(LetterPreference.since.is_(None), Notice.due_at >= LetterPreference.since))
    )


def _write(kind: str, notices: Select[int], members: list[int], settings: Settings, now: datetime) -> None:
    """One letter for each of these readers who has such notices, and the notices marked as being in it."""
    theirs = notices.where(Notice.member_id.in_(members))
    readers = db.session.scalars(theirs.with_only_columns(Notice.member_id).distinct(), {"now": now}).all()
    if not readers:
        return
    services.write_many(settings, kind, readers, now)
    newest: Any = select(func.max(Letter.id)).where(Letter.recipient_id == Notice.member_id, Letter.kind == kind)
    told = update(Notice).where(Notice.id.in_(theirs), Notice.member_id.in_(readers))  # others' letters are old ones
    told = told.values(letter_id=newest.scalar_subquery())
    db.session.execute(told.execution_options(synchronize_session=False), {"now": now})
