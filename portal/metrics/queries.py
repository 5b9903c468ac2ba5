"""What an operator watches, as gauges computed from rows: every process would say the same, so none keeps a count."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select, text

from portal.database import db
from portal.moderation.models import Case
from portal.notifications import health as post
from portal.outbox.models import IS_OPEN, Fact

SECOND, NONE = timedelta(seconds=1), timedelta()


@dataclass(frozen=True)
class Metric:
    """One family of the exposition format: its samples by what stands behind the name."""

    name: str
    help: str
    samples: Mapping[str, float]
    kind: str = "gauge"


def gauges(now: datetime) -> Iterator[Metric]:
    health = post.health(now)
    yield one("facts_open", "Facts recorded and not yet relayed.", _count(Fact, IS_OPEN))
    yield one("facts_dead", "Facts given up.", health.dead_facts)
    oldest_fact = (health.oldest_fact or NONE) / SECOND
    yield one("fact_oldest_due_seconds", "How long the oldest due fact has waited.", oldest_fact)
    states = {f'{{state="{state}"}}': count for state, count in post.by_state(now).items()}
    yield Metric("letters", "Letters by state; of the sent ones those of the last hour.", states)
    about = {"letter": "letter that is not one of many", "letter_bulk": "letter that is one of many"}
    for (name, words), age in zip(about.items(), (health.oldest_due, health.oldest_bulk), strict=True):
        yield one(f"{name}_oldest_due_seconds", f"How long the oldest due {words} has waited.", (age or NONE) / SECOND)
    yield one("post_trouble", "1 while the mail server does not talk to us.", health.trouble_at is not None)
    yield one("letters_per_minute", "Letters sent a minute, over the last five.", health.per_minute)
    yield one("letters_dead_last_hour", "Letters given up in the last hour.", health.dead_in_hour)
    yield one("post_paused", "1 while somebody has stopped the post.", health.paused_at is not None)
    is_open = text("state = 'open'")
    yield one("cases_open", "Cases that wait for a moderator.", _count(Case, is_open))
    overdue = db.session.scalar(select(func.min(Case.due_at)).where(is_open, Case.due_at < now))
    yield one("case_overdue_seconds", "How long the most overdue case is late.", _age(overdue, now))


def one(name: str, help_: str, value: float) -> Metric:
    return Metric(name, help_, {"": value})


def _count(model: Any, *where: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model).where(*where)) or 0


def _age(since: datetime | None, now: datetime) -> float:
    return (now - since) / SECOND if since else 0
