"""How often each category of letters comes to a member. Only what somebody chose is a row; the rest is the default."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import case, literal, select, update

from portal import database
from portal.database import UtcDateTime, db, insert_ignore
from portal.notifications.categories import CATEGORIES, DAILY, NEVER, OF_NOTICE
from portal.notifications.models import LetterPreference


def of(member_id: int) -> dict[str, str]:
    """The rhythm of every category: now, daily or never."""
    rows = select(LetterPreference.category, LetterPreference.rhythm).where(LetterPreference.member_id == member_id)
    chosen: dict[str, str] = dict(db.session.execute(rows).all())
    return {name: chosen.get(name, category.default) for name, category in CATEGORIES.items()}


def choose(member_id: int, rhythms: Mapping[str, str]) -> None:
    """Change the rhythm of some categories. A rhythm that a category does not have is ignored."""
    for name, rhythm in rhythms.items():
        if name in CATEGORIES and rhythm in CATEGORIES[name].rhythms:
            _set(member_id, name, rhythm)


def stop(member_id: int, category: str) -> dict[str, str]:
    """Send nothing of a category any more, or of any that came in the daily letter.

    Returns the rhythms there were, for whoever thinks better of it.
    """
    before = of(member_id)
    names = (
        [category] if category in CATEGORIES else [name for name in set(OF_NOTICE.values()) if before[name] == DAILY]
    )
    for name in names:
        _set(member_id, name, NEVER)
    return {name: before[name] for name in names}


def stop_all(member_id: int) -> None:
    """Whatever can be turned off is."""
    for name in CATEGORIES:
        _set(member_id, name, NEVER)


def _set(member_id: int, category: str, rhythm: str) -> None:
    row = {"member_id": member_id, "category": category, "rhythm": rhythm}
    db.session.execute(insert_ignore(LetterPreference.__table__).values(row))
    mine = (LetterPreference.member_id == member_id, LetterPreference.category == category)
    again = (LetterPreference.rhythm == NEVER, literal(database.now(), UtcDateTime))
    since = LetterPreference.since if rhythm == NEVER else case(again, else_=LetterPreference.since)
    chosen = update(LetterPreference).where(*mine).values(rhythm=rhythm, since=since)
    db.session.execute(chosen.execution_options(synchronize_session=False))
