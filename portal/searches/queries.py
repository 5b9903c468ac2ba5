"""The searches of a member."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, select

from portal.database import db
from portal.errors import Missing
from portal.searches.models import SavedSearch


def of_member(member_id: int) -> list[SavedSearch]:
    """The newest first."""
    mine = select(SavedSearch).where(SavedSearch.member_id == member_id).order_by(SavedSearch.id.desc())
    return list(db.session.scalars(mine.execution_options(populate_existing=True)))


def show(search_id: int, member_id: int) -> SavedSearch:
    """Raises Missing for anybody else's."""
    mine = select(SavedSearch).where(SavedSearch.id == search_id, SavedSearch.member_id == member_id)
    if search := db.session.scalar(mine):
        return search
    raise Missing


def names(member_id: int) -> dict[int, str]:
    """What a member's searches are called, by id."""
    mine = select(SavedSearch.id, SavedSearch.name).where(SavedSearch.member_id == member_id)
    return dict(db.session.execute(mine).all())


def is_due(now: datetime) -> bool:
    return bool(db.session.scalar(select(exists().where(SavedSearch.next_at <= now))))
