"""How often each rule fired, how often a moderator then saw the same, and how often the rule had missed it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, Subquery, func, select

from portal.database import db
from portal.moderation.models import Decision, Reason
from portal.moderation.triage.catalogue import PROVEN_BY, RULES

MOST = 5000  # decisions that are looked at, the latest
FLOOR, SURE = 0.3, 20
"""Below this precision, once it has fired so often, a rule only advises."""
SMALL = 5  # fewer are told to nobody outside


Fired = Mapping[tuple[str, str, str | None], int]
"""By rule, outcome and reason, how many decisions."""


@dataclass(frozen=True)
class RuleFigures:
    """One rule over some decisions.

    `right`: the moderator gave the reason the rule stands for; `missed`: gave it where the rule was silent; `held`: did
    not publish the text as it was. For rules that judge nothing (a first idea, a minor) only `fired` and `held` count.
    """

    rule: str
    fired: int
    held: int
    right: int
    missed: int

    @property
    def judges(self) -> bool:
        return self.rule in PROVEN_BY or self.rule in {"learned", "reported"}

    @property
    def precision(self) -> float | None:
        """Share of its findings that a moderator shared."""
        return self.right / self.fired if self.judges and self.fired else None

    @property
    def recall(self) -> float | None:
        """Share of what moderators found that it had found too; among what was decided, so a sample."""
        found = self.right + self.missed
        return self.right / found if self.rule in PROVEN_BY and found else None

    @property
    def advises(self) -> bool:
        return self.precision is not None and self.fired >= SURE and self.precision < FLOOR


@dataclass(frozen=True)
class Quality:
    """All rules over a time; `decisions` is the sample they are measured on."""

    days: int
    decisions: int
    published: int
    rules: list[RuleFigures]


def quality(days: int, now: datetime) -> Quality:
    """In two queries over at most 5,000 decisions."""
    sample = _sample(now - timedelta(days=days))
    outcomes = select(sample.c.outcome, sample.c.reason, func.count()).group_by(sample.c.outcome, sample.c.reason)
    decided = {(outcome, reason): count for outcome, reason, count in db.session.execute(outcomes)}
    fired = {(rule, outcome, reason): count for rule, outcome, reason, count in db.session.execute(_fired(sample))}
    return Quality(
        days,
        sum(decided.values()),
        sum(count for (outcome, _), count in decided.items() if outcome == "approve"),
        [_figures(rule, fired, decided) for rule in RULES],
    )


def _sample(since: datetime) -> Subquery:
    standing = (Decision.undone_at.is_(None), Decision.decided_at > since)
    latest = select(Decision.case_id, Decision.outcome, Decision.reason).where(*standing)
    return latest.order_by(Decision.id.desc()).limit(MOST).subquery()


def _fired(sample: Subquery) -> Select[Any]:
    counts = select(Reason.rule, sample.c.outcome, sample.c.reason, func.count())
    counts = counts.join(sample, sample.c.case_id == Reason.case_id)
    return counts.group_by(Reason.rule, sample.c.outcome, sample.c.reason)


def _figures(rule: str, fired: Fired, decided: Mapping[tuple[str, str | None], int]) -> RuleFigures:
    mine = {key[1:]: count for key, count in fired.items() if key[0] == rule}
    held = sum(count for (outcome, _), count in mine.items() if outcome != "approve")
    reasons = PROVEN_BY.get(rule)
    if reasons is None:
        return RuleFigures(rule, sum(mine.values()), held, held, 0)
    right = sum(count for (_, reason), count in mine.items() if reason in reasons)
    there = sum(count for (_, reason), count in decided.items() if reason in reasons)
    return RuleFigures(rule, sum(mine.values()), held, right, there - right)
