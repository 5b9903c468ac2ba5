"""How the rules of triage are set here, what they would have done before, and what was published of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select

from portal.database import db
from portal.discussion.models import Comment
from portal.ideas.models import Idea
from portal.moderation import triage
from portal.moderation.models import Case, Decision, RuleWeek, TriageRule
from portal.moderation.queries.cases import Where
from portal.moderation.queries.quality import Quality, RuleFigures
from portal.moderation.triage.texts import texts

TRIED_ON = 500
WEEKS = 8


@dataclass(frozen=True)
class Setting:
    """Of the installation: rules that are off, those that only advise, and its own list of words."""

    off: frozenset[str]
    advice: frozenset[str]
    words: tuple[str, ...]


@dataclass(frozen=True)
class Trial:
    """A rule over what was decided: how many it would have held, and how many of those moderators found wanting too."""

    sample: int
    held: int
    right: int


def setting() -> Setting:
    """In one query. The list of words is nothing as long as it is not switched on."""
    rows = db.session.scalars(select(TriageRule)).all()
    states = {row.rule: row.state for row in rows}
    listed = next((row.words for row in rows if row.rule == "own_words" and row.state != "off"), "")
    of = {state: frozenset(rule for rule, its in states.items() if its == state) for state in ("off", "advice")}
    return Setting(of["off"], of["advice"], tuple(listed.splitlines()))


def rule_row(rule: str) -> TriageRule | None:
    return db.session.get(TriageRule, rule, populate_existing=True)


def set_at(row: TriageRule | None) -> str:
    """When a rule was set last, as a form remembers it; '' for one that is as the portal brings it."""
    return row.at.isoformat() if row else ""


def examine(title: str, parts: Sequence[str], language: str, words: Sequence[str]) -> set[str]:
    """Which rules see something in a text alone."""
    found = triage.examine(title, parts, triage.Author(), (), language)
    return {each.rule for each in [*found, *triage.listed("\n".join((title, *parts)), words)]}


def try_rule(rule: str, words: Sequence[str], scope: Where) -> Trial:
    """Run one rule over the texts of the last 500 standing decisions about ideas and comments, as they read now."""
    rows = (
        select(Decision.outcome, Decision.reason, Idea, Comment.body)
        .join(Case, Case.id == Decision.case_id)
        .join(Idea, Idea.id == Case.idea_id)
        .outerjoin(Comment, Comment.id == Case.comment_id)
        .where(Decision.undone_at.is_(None), Case.kind.in_(("idea", "comment")), *scope)
        .order_by(Decision.id.desc())
        .limit(TRIED_ON)
    )
    sample = held = right = 0
    for outcome, reason, idea, body in db.session.execute(rows):
        parts = (body,) if body is not None else texts(idea)
        sample += 1
        if rule in examine("" if body is not None else idea.title, parts, idea.language, words):
            held += 1
            right += reason in triage.PROVEN_BY[rule] if rule in triage.PROVEN_BY else outcome != "approve"
    return Trial(sample, held, right)


def monday(now: datetime) -> str:
    """The week a moment is in, by its first day."""
    return (now - timedelta(days=now.weekday())).date().isoformat()


def published(weeks: int = WEEKS) -> list[tuple[str, Quality]]:
    """What was published in the last weeks, the newest first. One query."""
    newest = select(RuleWeek.week).distinct().order_by(RuleWeek.week.desc()).limit(weeks).subquery()
    rows = db.session.scalars(select(RuleWeek).where(RuleWeek.week.in_(select(newest.c.week))))
    by_week: dict[str, list[RuleWeek]] = {}
    for row in rows:
        by_week.setdefault(row.week, []).append(row)
    return [(week, _quality(by_week[week])) for week in sorted(by_week, reverse=True)]


def is_published(week: str) -> bool:
    return bool(db.session.scalar(select(func.count()).where(RuleWeek.week == week)))


def advising(rules: set[str]) -> set[str]:
    """Those of the rules that only advise: set so by hand, or under their floor in what was published last."""
    newest = select(func.max(RuleWeek.week)).scalar_subquery()
    rows = db.session.scalars(select(RuleWeek).where(RuleWeek.week == newest, RuleWeek.rule.in_(rules)))
    return {row.rule for row in rows if _figures(row).advises} | (setting().advice & rules)


def _quality(rows: Sequence[RuleWeek]) -> Quality:
    order = list(triage.RULES)
    figures = [_figures(row) for row in sorted(rows, key=lambda row: order.index(row.rule))]
    return Quality(days=90, decisions=rows[0].decisions, published=rows[0].published, rules=figures)


def _figures(row: RuleWeek) -> RuleFigures:
    return RuleFigures(row.rule, row.fired, row.held, row.right, row.missed)
