"""Those whom a moderator's decision is about."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import delete, select

from portal.database import db
from portal.discussion.models import Comment
from portal.ideas import queries as ideas
from portal.ideas.models import Idea
from portal.moderation import queries as cases
from portal.moderation.events import (
    CaseDecided,
    DecisionUndone,
    FileTakenOff,
    PersonalDataMasked,
    SilenceLifted,
)
from portal.moderation.models import HEAVY, Case, Decision
from portal.notices.events import VotersPartlyTold
from portal.notices.models import Notice
from portal.notices.services import telling
from portal.notices.services.telling import tell
from portal.outbox import services as outbox


def tell_of_decision(event: CaseDecided, undo_window: int) -> None:
    """Those who wrote an idea, once the decision can no longer be undone. Decisions about comments speak for themselves."""
    decision = db.session.execute(
        select(Decision.outcome, Decision.decided_at, Decision.idea_id, Case.kind)
        .join(Case, Case.id == Decision.case_id)
        .where(Decision.id == event.decision_id)
    ).one()
    if decision.kind in {"idea", "edit"} or decision.outcome == "merge":
        kind = f"edit_{decision.outcome}" if decision.kind == "edit" else decision.outcome
        due = decision.decided_at + timedelta(seconds=undo_window)
        cause = f"decision:{event.decision_id}"
        tell(ideas.writers(decision.idea_id), kind, cause, due, idea_id=decision.idea_id)


def tell_of_hiding(event: CaseDecided, undo_window: int) -> None:
    """The writer of what is hidden after reports, and of a comment that is not shown: where it says why."""
    case = db.session.execute(
        select(Case.kind, Case.comment_id, Decision.idea_id, Decision.outcome, Decision.decided_at, Decision.reason)
        .add_columns(HEAVY.label("heavy"))
        .join(Decision, Decision.case_id == Case.id)
        .where(Decision.id == event.decision_id)
    ).one()
    if case.outcome == "reject" and case.kind in {"report", "comment"}:
        by_letter = case.kind == "report" or case.heavy
        kind = f"refused_{'hidden' if by_letter else case.reason}" if case.comment_id else "hidden"
        writer = select(Idea.author_id).where(Idea.id == case.idea_id)
        if case.comment_id:
            writer = select(Comment.member_id).where(Comment.id == case.comment_id)
        due = case.decided_at + timedelta(seconds=undo_window)
        cause = f"decision:{event.decision_id}"
        thread = f"refused:{event.decision_id}" if case.comment_id else None
        tell([*db.session.scalars(writer)], kind, cause, due, idea_id=case.idea_id, thread=thread)


def tell_of_mask(event: PersonalDataMasked) -> None:
    """Whoever wrote what a moderator has masked a part of.

    What is still to be decided on ends in a letter to its author, which says it; who stands beside them gets none.
    """
    columns = (Case.idea_id, Case.comment_id, Case.kind, Case.state)
    case = db.session.execute(select(*columns).where(Case.id == event.case_id)).one()
    writer = select(Comment.member_id).where(Comment.id == case.comment_id)
    members = {*(db.session.scalars(writer) if case.comment_id else ideas.writers(case.idea_id))}
    author = select(Idea.author_id).where(Idea.id == case.idea_id)
    first = {*db.session.scalars(author)} if case.kind == "idea" and case.state != "closed" else set()
    cause = f"masked:{event.case_id}:{event.version}"
    tell(first, "masked_first", cause, idea_id=case.idea_id)
    tell(members - first, "masked", cause, idea_id=case.idea_id)


def tell_of_file(event: FileTakenOff) -> None:
    """Those who wrote the idea that a moderator has taken a file off."""
    idea_id = db.session.scalar(select(Case.idea_id).where(Case.id == event.case_id)) or 0
    tell(ideas.writers(idea_id), "file_off", f"file:{event.file_id}", idea_id=idea_id)


def tell_of_voice(event: SilenceLifted) -> None:
    """Whoever was silenced, that they are heard again."""
    tell([event.member_id], "voice", f"voice:{event.until}")


def tell_of_move(event: CaseDecided, undo_window: int) -> None:
    """Those whose support went along with a merge: one line each, with the way to take it back."""
    tell_voters(VotersPartlyTold(event.decision_id, after=0), undo_window)


def tell_voters(event: VotersPartlyTold, undo_window: int) -> None:
    """The next page of them; if more are left, that is a fact of its own. Of a merge that is undone nobody is left."""
    page = cases.movers(event.decision_id, event.after, telling.PAGE)
    if not page:
        return
    decision = db.session.get_one(Decision, event.decision_id)
    about: dict[str, Any] = {"idea_id": decision.into_id, "thread": f"moved:{decision.id}"}
    due = decision.decided_at + timedelta(seconds=undo_window)
    tell(page, "moved", f"decision:{decision.id}", due, **about)
    if len(page) == telling.PAGE:
        outbox.record(replace(event, after=page[-1]))


def take_back_decision(event: DecisionUndone) -> None:
    """An undone decision was never told, or is told no more."""
    ideas_of = select(Decision.idea_id, Decision.into_id).where(Decision.id == event.decision_id)
    about = [idea_id for idea_id in db.session.execute(ideas_of).one() if idea_id is not None]
    undone = delete(Notice).where(Notice.idea_id.in_(about), Notice.cause == f"decision:{event.decision_id}")
    db.session.execute(undone.execution_options(synchronize_session=False))
