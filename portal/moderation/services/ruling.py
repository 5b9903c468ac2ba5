"""How the rules are set, and their figures published week by week."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete

from portal.accounts import limits
from portal.accounts.models import Member
from portal.audit import services as audit
from portal.database import db, insert_ignore
from portal.errors import N_, Conflict, Missing, Refusal
from portal.moderation.models import RULE_STATES, RuleWeek, TriageRule
from portal.moderation.queries import rules
from portal.moderation.queries.quality import quality
from portal.moderation.rules import OWN_WORDS
from portal.moderation.triage import SWITCHED
from portal.rules import Invalid
from portal.versions import CHANGED

MEASURED = 90
"""Days over which a rule is measured."""


def set_rule(rule: str, state: str, words: str, by: Member, now: datetime, *, seen: str | None = None) -> None:
    """Turn a rule on, off, or into advice; `seen` is when it was set as the form knew it.

    Raises Missing for one that cannot be, Invalid, and Conflict.
    """
    if rule not in SWITCHED or state not in RULE_STATES:
        raise Missing
    words = OWN_WORDS.clean(words)
    if fault := OWN_WORDS.fault(words):
        raise Invalid({"words": fault})
    if rule == "own_words" and state != "off" and not words:
        raise Invalid({"words": Refusal(N_("Viết ít nhất một từ trước khi bật"))})
    limits.queue_for(f"rule {rule}")
    if seen is not None and seen != rules.set_at(rules.rule_row(rule)):
        raise Conflict(CHANGED)
    listed = "\n".join(dict.fromkeys(line.strip() for line in words.splitlines() if line.strip()))
    db.session.execute(delete(TriageRule).where(TriageRule.rule == rule))
    row = {"rule": rule, "state": state, "words": listed, "by_id": by.id, "at": now}
    db.session.execute(insert_ignore(TriageRule).values(**row))
    audit.record(by.id, "rule.set", "rule", None, {"rule": rule, "state": state})


def week_is_due(now: datetime) -> bool:
    """Whether nobody has published this week's figures."""
    return not rules.is_published(rules.monday(now))


def publish_week(now: datetime) -> bool:
    """Write down once a week how good each rule was; a rule under its floor is advice from then on.

    False if that is done. Two schedulers at once write it once.
    """
    if not week_is_due(now):
        return False
    week = rules.monday(now)
    figures = quality(MEASURED, now)
    rows = [
        {
            "week": week,
            "decisions": figures.decisions,
            "published": figures.published,
            "at": now,
            **{name: getattr(one, name) for name in ("rule", "fired", "held", "right", "missed")},
        }
        for one in figures.rules
    ]
    db.session.execute(insert_ignore(RuleWeek.__table__), rows)
    return True
