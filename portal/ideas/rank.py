"""The narrow row lists sort by, and the only place that writes it.

A row is made when an idea is first published and stays for good: an idea that is hidden, withdrawn or put back
into the queue keeps its row with its own status, so its counters are still true when it returns. Every list
filters on a public status, which stands in each sort index.
"""

from __future__ import annotations

from datetime import datetime
from functools import cache
from math import log10
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Float,
    Integer,
    Numeric,
    bindparam,
    case,
    cast,
    extract,
    func,
    literal_column,
    update,
)

from portal.database import BigId, ask, db
from portal.ideas import states
from portal.ideas.models import Idea, IdeaRank

HOT_SECONDS = 45_000
HOT_PLACES = 6


def hot(published_at: datetime, interest: int) -> float:
    """Half a day younger weighs as much as ten times the interest; needs no clock, so it never goes stale."""
    return round(published_at.timestamp() / HOT_SECONDS + log10(max(interest, 1)), HOT_PLACES)


def hot_in_sql(interest: ColumnElement[int]) -> ColumnElement[float]:
    """The same, for an UPDATE of idea_rank. `published_at` has whole seconds, so both engines agree."""
    seconds = cast(extract("epoch", IdeaRank.published_at), Float)
    value = seconds / float(HOT_SECONDS) + func.log10(case((interest > 1, interest), else_=1))
    return cast(func.round(cast(value, Numeric), HOT_PLACES), Float)


def count(idea_id: int, *, votes: int = 0, comments: int = 0, public_only: bool = True) -> int | None:
    """Add to the counters of an idea; the new number of votes, or None if there is no such (public) idea.

    One UPDATE, meant to be the last of its transaction: a popular idea's row is what everybody waits for.
    """
    db.session.flush()
    asked = {"idea": idea_id, "more_votes": votes, "more_comments": comments}
    return ask(_counting(public_only=public_only), asked).scalar()


def is_public(status: Any) -> ColumnElement[bool]:
    """For a statement compiled once: literals, because a list of parameters is expanded at each execution."""
    return status.in_([literal_column(f"'{one}'") for one in states.PUBLIC])


@cache
def _counting(*, public_only: bool) -> Any:  # a key of the cache
    """Made once: every vote asks it."""
    votes, comments = bindparam("more_votes", type_=Integer), bindparam("more_comments", type_=Integer)
    interest = IdeaRank.interest + votes + 2 * comments
    values = {
        "votes": IdeaRank.votes + votes,
        "comments": IdeaRank.comments + comments,
        "interest": interest,
        "hot": hot_in_sql(interest),
    }
    change = update(IdeaRank).where(IdeaRank.idea_id == bindparam("idea", type_=BigId))
    if public_only:
        change = change.where(is_public(IdeaRank.status))
    return change.values(values).returning(IdeaRank.votes)


def first_row(idea: Idea) -> IdeaRank:
    """The row of an idea at its first publication."""
    if idea.published_at is None:
        raise ValueError("a public idea was published at some time")
    return IdeaRank(idea_id=idea.id, hot=hot(idea.published_at, 0), **_shared(idea))


def _shared(idea: Idea) -> dict[str, Any]:
    """What the row says as the idea says it."""
    values = {name: getattr(idea, name) for name in ("field_id", "unit_id", "campaign_id", "status", "language")}
    if idea.published_at:
        values["published_at"] = idea.published_at
    return values


def follow(idea: Idea) -> None:
    """Bring the row in line with its idea after any change of status or text; make it at first publication."""
    values = _shared(idea)
    found = db.session.execute(
        update(IdeaRank).where(IdeaRank.idea_id == idea.id).values(values).execution_options(synchronize_session=False)
    )
    if found.rowcount == 0 and idea.status in states.PUBLIC:  # type: ignore[attr-defined]
        db.session.add(first_row(idea))
        db.session.flush()
    elif idea.status in states.PUBLIC:
        count(idea.id)  # the time of publication may have moved
