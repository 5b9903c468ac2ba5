"""What was decided: the undo button, the log, and what authors were told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, literal_column, select, tuple_
from sqlalchemy.orm import aliased, joinedload

from portal import database
from portal.database import db
from portal.ideas.models import Idea, IdeaVersion
from portal.moderation.models import STANDS, Case, Decision, MergeMove, Proposal
from portal.moderation.queries.cases import order

FAR = 999
"""Places in the queue beyond it are not counted: that many take a while, and how many more changes nothing."""
MEASURED = 1000
"""The median wait is taken over at most so many of the latest decisions."""


def undoable(decision_id: int | None, moderator_id: int, since: datetime) -> tuple[Decision, Case] | None:
    """A moderator's own fresh decision and its case with the idea, while it can be taken back."""
    if decision_id is None:
        return None
    mine = (Decision.id == decision_id, Decision.moderator_id == moderator_id)
    fresh = (Decision.undone_at.is_(None), Decision.decided_at > since)
    found = select(Decision, Case).join(Case, Case.id == Decision.case_id).where(*mine, *fresh)
    row = db.session.execute(found.options(joinedload(Case.idea, innerjoin=True))).first()
    return (row[0], row[1]) if row else None


def of_batch(batch: str, moderator_id: int) -> Sequence[tuple[int, int]]:
    """Ids of the decisions that a moderator took in one go and has not taken back, and of their cases."""
    mine = (Decision.batch == batch, Decision.moderator_id == moderator_id, Decision.undone_at.is_(None))
    rows = db.session.execute(select(Decision.id, Decision.case_id).where(*mine).order_by(Decision.id))
    return [(row.id, row.case_id) for row in rows]


def last_decision(case_id: int) -> Decision | None:
    """The newest decision of a case, undone or not."""
    newest = select(Decision).where(Decision.case_id == case_id).order_by(Decision.id.desc()).limit(1)
    return db.session.scalar(newest.options(joinedload(Decision.moderator, innerjoin=True)))


def advice_for(idea_ids: Iterable[int]) -> dict[int, Decision]:
    """By idea, the decision that last asked its author for something, refused or hid it, and still stands.

    One that was undone never was; one that an approval came after has nothing to say any more.
    """
    told = (
        select(Decision, Case.kind)
        .join(Case, Case.id == Decision.case_id)
        .where(STANDS, Case.kind.in_(("idea", "report", "appeal")), Decision.idea_id.in_(list(idea_ids)))
        .options(joinedload(Decision.moderator, innerjoin=True))
    )
    last: dict[int, Decision] = {}
    for decision, kind in db.session.execute(told.order_by(Decision.id)):
        if decision.outcome == "approve":
            last.pop(decision.idea_id, None)
        elif kind != "appeal":  # an appeal that is turned down leaves the first decision as it is
            last[decision.idea_id] = decision
    return last


def text_seen(decision: Decision) -> dict[str, Any] | None:
    """What the idea said when this was decided, if its author has changed it since."""
    seen = select(IdeaVersion.content).join(Case, Case.idea_id == IdeaVersion.idea_id)
    return db.session.scalar(seen.where(Case.id == decision.case_id, Case.idea_version == IdeaVersion.version))


def last_advice(idea_id: int) -> Decision | None:
    return advice_for([idea_id]).get(idea_id)


def why_edit_refused(idea_id: int) -> str | None:
    """What its author was told when the page of an idea was last left as it was."""
    refused = (STANDS, Case.kind == "edit", Decision.idea_id == idea_id, Decision.outcome == "reject")
    found = select(Decision.advice).join(Case, Case.id == Decision.case_id).where(*refused)
    return db.session.scalar(found.order_by(Decision.id.desc()).limit(1))


def why_removed(idea_id: int) -> str | None:
    """The reason for which an idea is gone for good; None if it went with its author."""
    removed = select(Decision.reason).join(Case, Case.id == Decision.case_id)
    newest = removed.where(Decision.idea_id == idea_id, Decision.removed, STANDS).order_by(Decision.id.desc())
    return db.session.scalar(newest.limit(1))


def places(idea_ids: Iterable[int]) -> dict[int, int]:
    """Where ideas stand in the queue of the unit that answers, from 1, in one query.

    Those that are not in it are left out, and those so far back that a number says nothing.
    """
    mine, other = aliased(Case), aliased(Case)
    key, its = (tuple_(*(getattr(case, column.key) for column in order)) for case in (mine, other))
    is_open: ColumnElement[str] = literal_column("'open'")  # said like this, SQLite takes the index of open cases
    before = select(other.id).where(other.state == is_open, its <= key).limit(FAR + 1).correlate(mine)
    of_unit = before.where(other.unit_id == mine.unit_id).subquery()
    of_centre = before.where(other.unit_id.is_(None), mine.unit_id.is_(None)).subquery()
    counted = [select(func.count()).select_from(each).scalar_subquery() for each in (of_unit, of_centre)]
    waiting = mine.subject.in_([f"idea:{idea_id}" for idea_id in idea_ids]), mine.state == is_open
    rows = db.session.execute(select(mine.idea_id, counted[0] + counted[1]).where(*waiting))
    return {idea_id: place for idea_id, place in rows if place <= FAR}


def is_claimed(idea_id: int, now: datetime) -> bool:
    """Whether somebody looks at an idea that waits."""
    held = select(Case.id).where(Case.subject == f"idea:{idea_id}", Case.state == "open", Case.claimed_until > now)
    return db.session.scalar(held) is not None


def median_wait(days: int = 30) -> timedelta | None:
    """How long authors waited for an answer lately; None if nobody has had one."""
    times = (
        select(Case.created_at, Decision.decided_at)
        .join(Case, Case.id == Decision.case_id)
        .where(
            Decision.decided_at > database.now() - timedelta(days=days),
            Decision.undone_at.is_(None),
            Case.kind == "idea",
        )
        .order_by(Decision.id.desc())
        .limit(MEASURED)
    )
    return median(answered - asked for asked, answered in db.session.execute(times))


def median(times: Iterable[timedelta]) -> timedelta | None:
    """The upper one of the middle two; None of nothing."""
    ordered = sorted(times)
    return ordered[len(ordered) // 2] if ordered else None


@dataclass(frozen=True)
class MovedVote:
    """Somebody's support that went along with a merge: from which idea to which, and what they said to it."""

    decision_id: int
    title: str
    into_id: int
    into_title: str
    answer: str | None


def moved_vote(decision_id: int, member_id: int) -> MovedVote | None:
    """Only what moved anew: who supported both ideas before has nothing to decide."""
    into = aliased(Idea)
    mine = (MergeMove.kind == "vote", MergeMove.ref_id == member_id, MergeMove.fresh)
    row = db.session.execute(
        select(Decision.id, Idea.title, into.id, into.title.label("into_title"), MergeMove.answer)
        .join(MergeMove, MergeMove.decision_id == Decision.id)
        .join(Idea, Idea.id == Decision.idea_id)
        .join(into, into.id == Decision.into_id)
        .where(Decision.id == decision_id, *mine)
    ).first()
    return MovedVote(*row) if row else None


def movers(decision_id: int, after: int, limit: int) -> Sequence[int]:
    """Ids beyond `after` of the members whose support a merge has moved, who did not support the other idea before."""
    moved = select(MergeMove.ref_id).where(MergeMove.decision_id == decision_id, MergeMove.kind == "vote")
    page = moved.where(MergeMove.fresh, MergeMove.ref_id > after).order_by(MergeMove.ref_id).limit(limit)
    return db.session.scalars(page).all()


def proposal(case: Case) -> Proposal | None:
    """What a first moderator would do with a child's idea, as long as nobody has decided about that text."""
    said = (Proposal.case_id == case.id, Proposal.idea_version == case.idea_version)
    newest = select(Proposal).where(*said).order_by(Proposal.id.desc()).limit(1)
    return db.session.scalar(newest.options(joinedload(Proposal.moderator, innerjoin=True)))
