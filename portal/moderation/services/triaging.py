"""Running the rules over a case, once for each text, whoever gets there first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta

from sqlalchemy import delete, func, or_, select, true, update

from portal.accounts.models import Member
from portal.accounts.terms import is_minor
from portal.attachments import queries as files
from portal.database import db
from portal.ideas import search, states
from portal.ideas import services as ideas
from portal.ideas.models import Idea
from portal.moderation import triage as rules
from portal.moderation.models import Case, Reason
from portal.moderation.queries import rules as queries
from portal.moderation.services.trusting import is_trusted
from portal.moderation.triage.learned import Model
from portal.moderation.triage.texts import texts, whole

NEIGHBOURS = 5
OWN = 10
BURST_WITHIN = timedelta(hours=1)
MOST_COUNTED = 999  # more is said as this
AHEAD = timedelta(days=1)
HARMLESS = {"learned", "too_short"}
"""What does not keep the idea of a trusted author from its page until somebody has read it."""


def untriaged(limit: int) -> Sequence[int]:
    """Ids of open cases no rule has seen yet, oldest first."""
    waiting = select(Case.id).where(Case.triaged_at.is_(None), Case.state == "open").order_by(Case.id).limit(limit)
    return db.session.scalars(waiting).all()


def triage(case_id: int, now: datetime, model: Model | None = None) -> None:
    """Write down why a person should look at this case. Twice, or twice at once, does no more than once.

    A `model` moves the case forward by up to a day, and by nothing more: what it thinks well of is not kept waiting.
    """
    mine = update(Case).where(Case.id == case_id, Case.triaged_at.is_(None), Case.state == "open")
    mine = mine.values(triaged_at=now).returning(Case.idea_id, Case.due_at)
    row = db.session.execute(mine.execution_options(synchronize_session=False)).first()
    if row is None:
        return
    idea = db.session.get_one(Idea, row.idea_id, populate_existing=True)
    author = author_facts(idea, now.date())
    captions = files.captions(idea.id)
    found = rules.examine(idea.title, (*texts(idea), *captions), author, _neighbours(idea), idea.language)
    found = as_set(found, "\n".join((whole(idea), *captions)))
    if model is not None:
        found.append(learned(model, whole(idea)))
        place = (
            update(Case).where(Case.id == case_id).values(queue_at=row.due_at - AHEAD * found[-1].params["score"] / 100)
        )
        db.session.execute(place.execution_options(synchronize_session=False))
    keep(case_id, found, now)
    if captions or {each.rule for each in found} - HARMLESS:  # no rule sees what is in a picture
        return
    if idea.status == "waiting" and is_trusted(idea.author_id):
        ideas.publish(idea.id, idea.version, None, now)  # the case stays: somebody reads it afterwards


def as_set(found: Iterable[rules.Finding], source: str) -> list[rules.Finding]:
    """Findings as this installation has set its rules: without those that are off, with those of its own list."""
    setting = queries.setting()
    return [each for each in [*found, *rules.listed(source, setting.words)] if each.rule not in setting.off]


def learned(model: Model, source: str) -> rules.Finding:
    """The score with its arithmetic: the words that raised it most, and which model says so."""
    params = {
        "score": round(100 * model.score(source)),
        "words": [[word, rise] for word, rise in model.explain(source)],
        "model": str(model.about.get("trained_at", ""))[:10],
    }
    return rules.Finding("learned", rules.WEIGHTS["learned"], params)


def keep(case_id: int, found: Iterable[rules.Finding], now: datetime) -> None:
    """Put findings in place of the ones before; a child who gives away how to be found comes first in the queue."""
    found = list(found)
    db.session.execute(delete(Reason).where(Reason.case_id == case_id))
    db.session.add_all(
        Reason(case_id=case_id, rule=each.rule, weight=each.weight, params=each.params) for each in found
    )
    urgent = 0 if {"minor", "contact_data"} <= {each.rule for each in found} else 1
    seen = update(Case).where(Case.id == case_id).values(urgent=urgent, triaged_at=now)
    db.session.execute(seen.execution_options(synchronize_session=False))
    db.session.flush()


def author_facts(idea: Idea, today: date) -> rules.Author:
    """What the rules may know of who wrote this."""
    author = db.session.get_one(Member, idea.author_id)
    earlier = select(Idea.id).where(Idea.author_id == author.id, Idea.id < idea.id).limit(1)
    return rules.Author(is_minor(author, today), db.session.scalar(earlier) is None, _from_unit(idea))


def _from_unit(idea: Idea) -> int:
    """How many ideas came from the same unit within the hour before this one, itself too: many at once are looked at."""
    if idea.unit_id is None:
        return 0
    burst = select(Case.id).where(Case.unit_id == idea.unit_id, Case.kind == "idea")
    burst = burst.where(Case.created_at > idea.updated_at - BURST_WITHIN, Case.created_at <= idea.updated_at)
    return db.session.scalar(select(func.count()).select_from(burst.limit(MOST_COUNTED).subquery())) or 0


def _neighbours(idea: Idea) -> list[rules.Neighbour]:
    """Ideas with a title like this one's and the author's latest, also those that still wait: copies come in bursts."""
    twins = [twin.id for twin in search.similar(idea.title, NEIGHBOURS, leave_out=idea.id, which=true())]
    own = select(Idea.id).where(Idea.author_id == idea.author_id, Idea.id < idea.id)
    own = own.order_by(Idea.id.desc()).limit(OWN)
    wanted = or_(Idea.id.in_(twins), Idea.id.in_(own.scalar_subquery()))
    others = db.session.scalars(select(Idea).where(wanted, Idea.status.not_in(("removed", "withdrawn"))))
    return [_neighbour(other, idea) for other in others]


def _neighbour(other: Idea, idea: Idea) -> rules.Neighbour:
    if other.author_id == idea.author_id:
        whose = "author"
    elif other.unit_id is not None and other.unit_id == idea.unit_id:
        whose = "unit"
    else:
        whose = "public" if other.status in states.PUBLIC else "other"
    return rules.Neighbour(other.id, other.title, "\n".join(filter(None, texts(other))), whose)
