"""How the post is doing, and what comes before a letter: the facts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, func, select, text

from portal.database import db
from portal.notifications.models import (
    BULK,
    IS_HELD,
    IS_PENDING,
    STATES,
    URGENT,
    USUAL,
    Letter,
    LetterPause,
    LetterTrouble,
)
from portal.notifications.queries import due
from portal.outbox.models import IS_DEAD, IS_OPEN, Fact

RATE_OVER = timedelta(minutes=5)
HOUR = timedelta(hours=1)
LATE = timedelta(seconds=60)
BULK_LATE = HOUR
"""One of many may wait for the others: a hundred thousand at forty a second take three quarters of an hour."""
MANY_DEAD = 20  # in an hour


@dataclass(frozen=True)
class Health:
    """Ages are None if nothing is due. `oldest_due` is of letters that are not one of many, `oldest_bulk` of those.

    `trouble` is what the mail server said when it would not talk to us, `trouble_at` since when it does not.
    """

    waiting: int
    oldest_due: timedelta | None
    oldest_bulk: timedelta | None
    per_minute: float
    dead_in_hour: int
    paused_at: datetime | None
    trouble_at: datetime | None
    trouble: str
    oldest_fact: timedelta | None
    dead_facts: int
    dead_facts_in_hour: int

    @property
    def late(self) -> bool:
        """One of many counts like any other while the mail server does not talk: it does not wait for its like then."""
        bulk_limit = LATE if self.trouble_at else BULK_LATE
        return _over(self.oldest_due, LATE) or _over(self.oldest_bulk, bulk_limit)

    @property
    def waited(self) -> timedelta | None:
        """How long what waits longest has waited."""
        return max((age for age in (self.oldest_due, self.oldest_bulk) if age), default=None)

    @property
    def facts_late(self) -> bool:
        return _over(self.oldest_fact, LATE)

    @property
    def dying(self) -> bool:
        return self.dead_in_hour > MANY_DEAD

    @property
    def is_wrong(self) -> bool:
        """Letters that are late because somebody paused the post are not wrong; facts late or given up always are."""
        letters = (self.late or self.dying) and not self.paused_at
        return bool(letters or self.facts_late or self.dead_facts_in_hour)


def health(now: datetime) -> Health:
    """In one statement: the page has other things to ask."""
    row = db.session.execute(
        select(
            (_counted(IS_PENDING, Letter.next_at <= now) + _counted(IS_HELD)).label("waiting"),  # each by its index
            due(URGENT, now).label("urgent"),
            due(USUAL, now).label("usual"),
            due(BULK, now).label("bulk"),
            _held(Letter.priority < BULK).label("held"),
            _held(Letter.priority == BULK).label("held_bulk"),
            _counted(Letter.sent_at > now - RATE_OVER).label("sent"),
            _counted(text("state = 'dead'"), Letter.next_at > now - HOUR).label("dead"),
            select(LetterPause.at).scalar_subquery().label("paused"),
            select(LetterTrouble.at).scalar_subquery().label("trouble_at"),
            select(LetterTrouble.text).scalar_subquery().label("trouble"),
            select(func.min(Fact.next_at)).where(IS_OPEN, Fact.next_at <= now).scalar_subquery().label("fact_due"),
            select(func.count(Fact.id)).where(IS_DEAD).scalar_subquery().label("dead_facts"),
            select(func.count(Fact.id)).where(IS_DEAD, Fact.next_at > now - HOUR).scalar_subquery().label("fallen"),
        )
    ).one()
    return Health(
        waiting=row.waiting,
        oldest_due=_age(now, row.urgent, row.usual, row.held),
        oldest_bulk=_age(now, row.bulk, row.held_bulk),
        per_minute=row.sent / (RATE_OVER / timedelta(minutes=1)),
        dead_in_hour=row.dead,
        paused_at=row.paused,
        trouble_at=row.trouble_at,
        trouble=row.trouble or "",
        oldest_fact=_age(now, row.fact_due),
        dead_facts=row.dead_facts,
        dead_facts_in_hour=row.fallen,
    )


def by_state(now: datetime) -> dict[str, int]:
    """Letters by state; of the sent ones, which are most, only those of the last hour."""
    live = _counts(IS_PENDING) | _counts(IS_HELD)
    ended = _counts(text("state IN ('dead', 'uncertain', 'cancelled')"))
    return {
        **dict.fromkeys(STATES, 0),
        **live,
        **ended,
        "sent": db.session.scalar(select(_counted(Letter.sent_at > now - HOUR))) or 0,
    }


def _over(age: timedelta | None, limit: timedelta) -> bool:
    return age is not None and age > limit


def _age(now: datetime, *since: datetime | None) -> timedelta | None:
    oldest = min((moment for moment in since if moment), default=None)
    return now - oldest if oldest else None


def _held(which: ColumnElement[bool]) -> ScalarSelect[Any]:
    """Since when a letter waits that a worker holds; not an alarm, which asks this of itself before it leaves."""
    its = (IS_HELD, which, Letter.kind != "post_alert")
    return select(func.min(Letter.next_at)).where(*its).scalar_subquery()


def _counted(*where: Any) -> Any:
    return select(func.count()).select_from(Letter).where(*where).scalar_subquery()


def _counts(where: Any) -> dict[str, int]:
    rows = db.session.execute(select(Letter.state, func.count()).where(where).group_by(Letter.state))
    return {state: count for state, count in rows}  # noqa: C416  # rows are not pairs to a type checker
