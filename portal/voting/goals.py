"""How much support it takes for an idea's unit to be told, and for how long an idea takes support.

Both are the portal's settings; a campaign may have a goal of its own. Off they cost a vote nothing.
"""

from __future__ import annotations

from datetime import datetime

from flask import current_app
from sqlalchemy import ColumnElement, select

from portal.campaigns import queries as campaigns
from portal.database import db, insert_ignore
from portal.errors import N_, Refusal
from portal.ideas.models import Idea
from portal.outbox import services as outbox
from portal.voting.events import SupportReached
from portal.voting.models import SupportGoal

LAST_DAY = 28  # every month has it


def goal_of(campaign_id: int | None) -> int:
    """In votes; 0 if there is none."""
    contest = campaigns.by_id().get(campaign_id) if campaign_id else None
    own = contest.support_goal if contest else None
    portals: int = current_app.config["SETTINGS"].support_goal
    return portals if own is None else own


def look(idea_id: int, votes: int, now: datetime, gained: int = 1) -> None:
    """After the counter has risen to so many votes: record that its goal is reached, if it is and never was."""
    if not any(votes - gained < goal <= votes for goal in _goals()):
        return
    goal = goal_of(db.session.scalar(select(Idea.campaign_id).where(Idea.id == idea_id)))
    if goal and votes - gained < goal <= votes:
        row = insert_ignore(SupportGoal.__table__).values(idea_id=idea_id, goal=goal, at=now)
        if db.session.scalar(row.returning(SupportGoal.__table__.c.idea_id)) is not None:
            outbox.record(SupportReached(idea_id), now)


def _goals() -> set[int]:
    own = {one.support_goal or 0 for one in campaigns.by_id().values()}
    return {current_app.config["SETTINGS"].support_goal, *own} - {0}


def reached_columns() -> dict[str, ColumnElement[object]]:
    """For a query about one idea: which goal it has reached, and when."""
    its = SupportGoal.idea_id == Idea.id
    return {
        name: select(column).where(its).correlate(Idea).scalar_subquery()
        for name, column in (("goal", SupportGoal.goal), ("goal_at", SupportGoal.at))
    }


def open_since(now: datetime) -> datetime | None:
    """What was published by then takes no support any more; None if there is no such end."""
    months: int = current_app.config["SETTINGS"].support_months
    if not months:
        return None
    year, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    return now.replace(year=year, month=month + 1, day=min(now.day, LAST_DAY))


def refusal(published_at: datetime | None, now: datetime) -> Refusal | None:
    """The same in words."""
    since = open_since(now)
    if since is None or published_at is None or published_at > since:
        return None
    return Refusal(N_("Ý này đã hết thời gian nhận ủng hộ."), status=409)
