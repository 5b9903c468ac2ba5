"""Which searches a person keeps, for the copy of their data."""

from __future__ import annotations

from sqlalchemy import Executable, select

from portal.searches.models import SavedSearch


def about(member_id: int) -> dict[str, Executable]:
    kept = (SavedSearch.name, SavedSearch.words, SavedSearch.created_at)
    return {"searches": select(*kept).where(SavedSearch.member_id == member_id)}
