"""Record a fact with its cause; relay it, once, to what reacts to it."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, select, update

from portal import database
from portal.database import db, transaction
from portal.outbox import queries
from portal.outbox.events import Event
from portal.outbox.models import DEAD, IS_DEAD, IS_OPEN, OPEN, RELAYED, Fact

log = logging.getLogger(__name__)

Reaction = Callable[[Any], None]
Reactions = Mapping[type[Event], Iterable[Reaction]]
MAX_ATTEMPTS = 8
SHARE = 0.02  # seconds: so long a transaction takes up facts
BUDGET = 2.0  # seconds; the next tick goes on, and letters have their turn meanwhile, however busy the machine is
KEEP_RELAYED = timedelta(days=30)


def record(event: Event, moment: datetime | None = None) -> Fact:
    """Write the fact into the running transaction. It exists exactly if its cause does.

    Whoever records many brings the moment along: asking the database for it is a round trip each time.
    """
    moment = moment or database.now()
    fact = Fact(name=type(event).__name__, payload=event.payload(), next_at=moment, created_at=moment)
    db.session.add(fact)
    return fact


def relay(reactions: Reactions, limit: int = 200) -> list[Event]:
    """Run the reactions of due facts; return the facts relayed.

    Reactions write rows and nothing else, so a fact and its effects commit together: a kill at any
    point leaves the fact open and none of its effects. A few facts share a commit, because on a busy disk that costs
    more than they do; a few only, because others write too.
    """
    relayed: list[Event] = []
    if queries.oldest_due(database.now()) is None:  # an idle portal takes no lock each second
        return relayed
    more, until = True, time.monotonic() + BUDGET
    while more and limit > 0 and time.monotonic() < until:
        with transaction():
            looked_at, events, more = _share(reactions, limit)
        limit -= looked_at
        relayed += events
    return relayed


def _share(reactions: Reactions, limit: int) -> tuple[int, list[Event], bool]:
    """What one transaction relays: how many facts it looked at, which were relayed, whether more may be due."""
    events: list[Event] = []
    until = time.monotonic() + SHARE
    for n in range(limit):
        if n and time.monotonic() > until:
            return n, events, True
        fact = _next_due()
        if fact is None:
            return n, events, False
        event = _react(fact, reactions)
        if event:
            events.append(event)
    return limit, events, True


def _next_due() -> Fact | None:
    due = (
        select(Fact)
        .where(IS_OPEN, Fact.next_at <= database.now())
        .order_by(Fact.next_at, Fact.id)
        .limit(1)
        .with_for_update(skip_locked=True)  # SQLite has one writer anyway and ignores this
        .execution_options(populate_existing=True)
    )
    return db.session.scalars(due).first()


def _react(fact: Fact, reactions: Reactions) -> Event | None:
    fact.attempts += 1
    try:
        event = Event.load(fact.name, fact.payload)
        with db.session.begin_nested():
            for reaction in reactions.get(type(event), ()):
                reaction(event)
    except Exception as error:  # a poison fact must not stop its neighbours
        log.exception("fact %s (%s) failed, attempt %s", fact.id, fact.name, fact.attempts)
        fact.last_error = repr(error)[:2000]
        fact.state = DEAD if fact.attempts >= MAX_ATTEMPTS else OPEN
        fact.next_at = database.now() + timedelta(seconds=2**fact.attempts)
        return None
    fact.state = RELAYED
    fact.relayed_at = database.now()
    return event


def run_again(now: datetime) -> int:
    """Give those that were given up eight more tries; returns how many there are."""
    dead = update(Fact).where(IS_DEAD).values(state=OPEN, attempts=0, next_at=now).returning(Fact.id)
    return len(db.session.scalars(dead.execution_options(synchronize_session=False)).all())


def sweep(now: datetime) -> None:
    """Forget what was relayed a month ago; what failed stays until somebody has looked at it."""
    db.session.execute(delete(Fact).where(Fact.state == RELAYED, Fact.relayed_at < now - KEEP_RELAYED))
