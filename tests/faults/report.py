"""How long and hard a storm is, and what must be true afterwards: asked of rows and of the mail server."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import func, select

from portal.accounts.models import SignInAttempt
from portal.database import db
from portal.notifications.models import LIVE, Letter
from portal.outbox.models import Fact
from tests.faults.processes import Sink

REPEATS_PER_KILL = 2
LONGEST_REQUEST = 2.0  # seconds, while the broker is away or frozen
CATCH_UP, PER_SECOND = 30.0, 40.0


@dataclass(frozen=True)
class Plan:
    """How much happens, how fast, for how long things are away, and in which order (`seed`)."""

    facts: int
    per_second: float
    away: float  # seconds
    kills: int = 5
    seed: int = 6
    patience: float = 480.0  # seconds for what is left when all is well again


@dataclass
class Report:
    """What came of it."""

    facts: int = 0
    not_ended: int = 0
    states: Counter[str] = field(default_factory=Counter)
    missing: int = 0
    repeats: int = 0
    other_repeats: int = 0  # of what the server kept without saying so
    twice_at_most_once: int = 0
    kills: int = 0
    requests: int = 0
    slowest_without_broker: float = 0.0
    unanswered_codes: int = 0
    backlog: int = 0
    catch_up: float = 0.0

    @property
    def allowed_catch_up(self) -> float:
        return CATCH_UP + self.backlog / PER_SECOND


def left() -> int:
    """Facts without effects and letters under way."""
    db.session.rollback()
    open_facts = select(func.count()).where(Fact.state == "open").scalar_subquery()
    live = select(func.count()).where(Letter.state.in_(LIVE)).scalar_subquery()
    return db.session.scalar(select(open_facts + live)) or 0


def what_came_of(sink: Sink, **measured: Any) -> Report:
    """Everything the rows and the mail server know; `measured` is what only the storm could see."""
    db.session.rollback()
    rows = db.session.execute(select(Letter.message_id, Letter.state, Letter.delivery, Letter.dedup_key)).all()
    facts = db.session.execute(select(Fact.name, Fact.state, Fact.payload)).all()
    copies, unsaid, keys = sink.copies, sink.kept_unsaid, {row.dedup_key for row in rows}
    extra = {message_id: n - 1 for message_id, n in copies.items() if n > 1}
    return Report(
        facts=len(facts),
        not_ended=sum(fact.state != "relayed" or key_of(fact) not in keys for fact in facts)
        + sum(row.state in LIVE for row in rows),
        states=Counter(row.state for row in rows),
        missing=sum(row.state == "sent" and row.message_id not in copies for row in rows),
        repeats=sum(n for message_id, n in extra.items() if message_id not in unsaid),
        other_repeats=sum(n for message_id, n in extra.items() if message_id in unsaid),
        twice_at_most_once=sum(row.delivery == "at_most_once" and copies[row.message_id] > 1 for row in rows),
        **measured,
    )


def asked_for() -> set[str]:
    return set(db.session.scalars(select(SignInAttempt.email)))


def key_of(fact: Any) -> str:
    """The key of the letter that a fact of the storm must have led to."""
    if fact.name == "MemberRegistered":
        return f"welcome:{fact.payload['member_id']}"
    return f"sign_in_code:{fact.payload['attempt_id']}"
