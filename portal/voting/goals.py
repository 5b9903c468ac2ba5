"""How much support it takes for an idea's unit to be told, and for how long an idea takes support.

Both are the portal's settings; a campaign may have a goal of its own. Off they cost a vote nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, exists, select

from portal.campaigns import queries as campaigns
from portal.campaigns.models import Campaign
from portal.database import AT_ONCE, db, insert_into
from portal.errors import N_, Refusal
from portal.ideas.models import Idea, IdeaRank
from portal.ideas.states import AWAITING
from portal.outbox import services as outbox
from portal.settings import current_settings
from portal.voting import contests
from portal.voting.events import SupportReached
from portal.voting.models import SupportGoal

LAST_DAY = 28  # every month has it


def goal_of(campaign_id: int | None) -> int:
    """In votes; 0 if there is none."""
    contest = campaigns.by_id().get(campaign_id) if campaign_id else None
    return _or_usual(contest.support_goal if contest else None)


def _or_usual(own: int | None) -> int:
    usual = current_settings().support_goal
    return usual if own is None else own


def look(idea_id: int, votes: int, now: datetime, gained: int = 1) -> None:
    """After the counter has risen to so many votes: record that its goal is reached, if it is and none so high was."""
    if not any(votes - gained < goal <= votes for goal in _goals()):
        return
    idea = db.session.execute(select(Idea.campaign_id, Idea.status).where(Idea.id == idea_id)).one()
    goal = goal_of(idea.campaign_id)
    if votes - gained < goal <= votes and idea.status in AWAITING:
        _reach([idea_id], goal, now)


def _reach(idea_ids: Sequence[int], goal: int, now: datetime) -> None:
    if not idea_ids:
        return
    rows = insert_into(SupportGoal).values([{"idea_id": idea_id, "goal": goal, "at": now} for idea_id in idea_ids])
    higher = {"set_": {"goal": goal, "at": now}, "where": SupportGoal.goal < goal}
    rows = rows.on_conflict_do_update(index_elements=[SupportGoal.idea_id], **higher)
    for idea_id in db.session.scalars(rows.returning(SupportGoal.idea_id)).all():
        outbox.record(SupportReached(idea_id, goal), now)


def is_due(now: datetime) -> bool:
    """Whether a campaign has a new goal that some of its ideas may have come to before."""
    return db.session.scalar(select(Campaign.id).where(Campaign.goal_due_at <= now).limit(1)) is not None


def catch_up(now: datetime, page: int = AT_ONCE) -> bool:
    """Ideas that were already at the new goal of a campaign have reached it; False if nobody has to look again.

    By then each process knows of the goal, so a vote that comes meanwhile is missed by none of both.
    """
    due = select(Campaign).where(Campaign.goal_due_at <= now).order_by(Campaign.id).limit(1)
    due = due.with_for_update(skip_locked=True).execution_options(populate_existing=True)
    if (campaign := db.session.scalar(due)) is None:
        return False
    goal = _or_usual(campaign.support_goal)
    told = exists().where(SupportGoal.idea_id == IdeaRank.idea_id, SupportGoal.goal >= goal)
    there = (IdeaRank.campaign_id == campaign.id, IdeaRank.status.in_(AWAITING), IdeaRank.votes >= goal, ~told)
    found = db.session.scalars(select(IdeaRank.idea_id).where(*there).limit(page if goal else 0)).all()
    _reach(found, goal, now)
    if len(found) < page:
        campaign.goal_due_at = None
    return True


def _goals() -> set[int]:
    own = {one.support_goal or 0 for one in campaigns.by_id().values()}
    return {current_settings().support_goal, *own} - {0}


def reached_columns() -> dict[str, ColumnElement[object]]:
    """For a query about one idea: which goal it has reached, and when."""
    its = SupportGoal.idea_id == Idea.id
    return {
        name: select(column).where(its).correlate(Idea).scalar_subquery()
        for name, column in (("goal", SupportGoal.goal), ("goal_at", SupportGoal.at))
    }


def open_since(now: datetime) -> datetime | None:
    """What was published by then takes no support any more; None if there is no such end."""
    months = current_settings().support_months
    if not months:
        return None
    year, month = divmod(now.year * 12 + now.month - 1 - months, 12)
    return now.replace(year=year, month=month + 1, day=min(now.day, LAST_DAY))


def end_of(campaign_id: int | None, published_at: datetime | None) -> datetime | None:
    """When an idea stops taking support: with its campaign, or SUPPORT_MONTHS after publication; None if never."""
    contest = campaigns.by_id().get(campaign_id) if campaign_id else None
    ends = [contests.end_of(contest)] if contest else []
    if published_at and (months := current_settings().support_months):
        ends.append(_months_later(published_at, months))
    return min(ends, default=None)


def _months_later(moment: datetime, months: int) -> datetime:
    """The first moment of which `open_since` has gone past this one: days that not every month has end with it."""
    late = moment.day > LAST_DAY
    year, month = divmod(moment.year * 12 + moment.month - 1 + months + late, 12)
    there = moment.replace(year=year, month=month + 1, day=1 if late else moment.day)
    return there.replace(hour=0, minute=0, second=0, microsecond=0) if late else there


def refusal(published_at: datetime | None, now: datetime) -> Refusal | None:
    """The same in words."""
    since = open_since(now)
    if since is None or published_at is None or published_at > since:
        return None
    return Refusal(N_("Ý này đã hết thời gian nhận ủng hộ."), status=409)
