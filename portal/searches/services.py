"""Searches kept, renamed, let go; and looked at again from time to time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from portal.accounts.events import MemberErased
from portal.accounts.models import Member
from portal.database import db
from portal.errors import N_, Refusal
from portal.ideas import asked as asking
from portal.ideas import queries as ideas
from portal.outbox import services as outbox
from portal.rules import Invalid
from portal.searches import queries
from portal.searches.events import SearchMatched
from portal.searches.models import SavedSearch
from portal.searches.rules import EVERY, MOST, NAME, OVERLAP, TOLD_AT_ONCE


def save(member: Member, name: str, words: Mapping[str, str], now: datetime) -> SavedSearch:
    """Keep a search; the same one twice is one. Raises Invalid, and Refusal without a word or with too many kept."""
    wanted = {key: word for key, word in words.items() if key != "sort"}
    if not wanted:
        raise Refusal(N_("Chọn ít nhất một bộ lọc hoặc một từ khoá rồi hãy lưu."))
    name = _checked(name)
    db.session.execute(select(Member.id).where(Member.id == member.id).with_for_update())  # two clicks, one search
    kept = queries.of_member(member.id)
    if same := next((one for one in kept if one.words == wanted), None):
        return same
    if len(kept) >= MOST:
        raise Refusal(N_("Bạn đã lưu %(most)s tìm kiếm. Bỏ bớt một cái rồi lưu tiếp."), most=MOST)
    search = SavedSearch(member_id=member.id, name=name, words=wanted, created_at=now, seen_until=now, next_at=now)
    db.session.add(search)
    db.session.flush()
    return search


def rename(member_id: int, search_id: int, name: str) -> None:
    """Raises Invalid and Missing."""
    queries.show(search_id, member_id).name = _checked(name)


def remove(member_id: int, search_id: int) -> None:
    """Raises Missing."""
    db.session.delete(queries.show(search_id, member_id))


def look_again(digest_every: timedelta, now: datetime) -> bool:
    """See what is new for the search that waits longest; False if none is due.

    One that asks for something that is no longer there finds nothing, rather than more than its owner wanted.
    """
    due = select(SavedSearch).where(SavedSearch.next_at <= now).order_by(SavedSearch.next_at).limit(1)
    search = db.session.scalar(due.with_for_update(skip_locked=True).execution_options(populate_existing=True))
    if search is None:
        return False
    asked = asking.read(search.words)
    since = max(search.created_at, search.seen_until - OVERLAP)
    found = [] if asked.unknown else ideas.fresh(asked.filters, since, TOLD_AT_ONCE, but_by=search.member_id)
    if found:
        outbox.record(SearchMatched(search.id, found))
    search.seen_until, search.next_at = now, now + min(EVERY, digest_every)
    return True


def forget_member(event: MemberErased) -> None:
    mine = delete(SavedSearch).where(SavedSearch.member_id == event.member_id)
    db.session.execute(mine.execution_options(synchronize_session=False))


def _checked(name: str) -> str:
    cleaned = NAME.clean(name)
    if fault := NAME.fault(cleaned):
        raise Invalid({"name": fault})
    return cleaned
