"""Letters about what moderators decide, due when it can no longer be undone."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import or_, select, update

from portal.database import db
from portal.discussion.models import Comment
from portal.ideas.models import Idea
from portal.moderation.events import CaseDecided, DecisionUndone
from portal.moderation.models import HEAVY, Appeal, Case, Decision
from portal.notices import services as notices
from portal.notices.models import Notice
from portal.notifications.models import IS_PENDING, Letter
from portal.notifications.services.writing import write
from portal.settings import Settings

KIND_OF_OUTCOME = {
    "approve": "idea_published",
    "return": "idea_needs_changes",
    "reject": "idea_not_published",
    "merge": "idea_merged",
}
OTHER_ANSWERS = ("content_hidden", "appeal_answered", "edit_answered")
LEFT = ("sending", "sent", "uncertain")
OF_KIND = {"appeal": "appeal_answered", "edit": "edit_answered"}


def write_decision(event: CaseDecided, settings: Settings) -> None:
    """Due when the decision can no longer be undone. One about a comment is told under the bell (see `write_hidden`)."""
    decision = db.session.execute(
        select(Decision.id, Decision.outcome, Decision.decided_at, Decision.idea_id, Idea.author_id, Case.kind)
        .add_columns(Appeal.member_id, Decision.case_id)
        .join(Idea, Idea.id == Decision.idea_id)
        .join(Case, Case.id == Decision.case_id)
        .outerjoin(Appeal, Appeal.case_id == Case.id)
        .where(Decision.id == event.decision_id)
    ).one()
    kind = OF_KIND.get(decision.kind)
    if decision.kind == "idea" or (decision.kind == "merge" and decision.outcome == "merge"):
        kind = KIND_OF_OUTCOME[decision.outcome]
    if kind is not None:
        due = decision.decided_at + timedelta(seconds=settings.undo_window)
        ids = {"decision_id": decision.id, "idea_id": decision.idea_id}
        reader = decision.member_id or decision.author_id  # whoever appealed, it may be about a comment
        if decision.kind == "idea" and _was_masked(decision.case_id, reader):
            ids["masked"] = 1
        write(settings, kind, decision.id, reader, due, notice=f"decision:{decision.id}", **ids)


def _was_masked(case_id: int, reader_id: int) -> bool:
    its = (Notice.member_id == reader_id, Notice.cause.startswith(f"masked:{case_id}:"))
    return db.session.scalar(select(Notice.id).where(*its, Notice.kind == "masked_first").limit(1)) is not None


def write_hidden(event: CaseDecided, settings: Settings) -> None:
    """To the writer of what was hidden after reports, or removed or silenced for with a comment: why, and what now.

    When it can no longer be undone.
    """
    row = db.session.execute(
        select(Decision.outcome, Decision.decided_at, Case.kind, Case.comment_id, Idea.author_id, Comment.member_id)
        .add_columns(Case.idea_id, HEAVY.label("heavy"))
        .join(Case, Case.id == Decision.case_id)
        .join(Idea, Idea.id == Case.idea_id)
        .outerjoin(Comment, Comment.id == Case.comment_id)
        .where(Decision.id == event.decision_id)
    ).one()
    if row.outcome == "reject" and (row.kind == "report" or (row.kind == "comment" and row.heavy)):
        due = row.decided_at + timedelta(seconds=settings.undo_window)
        writer = row.member_id if row.comment_id else row.author_id
        ids = {"decision_id": event.decision_id, "idea_id": row.idea_id}
        write(settings, "content_hidden", event.decision_id, writer, due, notice=f"decision:{event.decision_id}", **ids)


def cancel_decision(event: DecisionUndone, settings: Settings) -> None:
    """Nobody hears of what was undone in time; whoever has heard of it is told that a person looks again.

    What is in a worker's hands at this moment is stopped by the last look before sending.
    """
    keys = [f"{kind}:{event.decision_id}" for kind in (*KIND_OF_OUTCOME.values(), *OTHER_ANSWERS)]
    waiting = update(Letter).where(Letter.dedup_key.in_(keys), IS_PENDING)
    db.session.execute(waiting.values(state="cancelled", last_text="the decision was undone"))
    idea_id = db.session.scalars(select(Decision.idea_id).where(Decision.id == event.decision_id)).one()
    people, cause = _who_heard(event.decision_id, idea_id, keys), f"reopened:{event.decision_id}"
    notices.tell(people, "reopened", cause, idea_id=idea_id)
    for member_id in people:
        ids = {"decision_id": event.decision_id, "idea_id": idea_id}
        write(settings, "decision_reopened", f"{event.decision_id}:{member_id}", member_id, None, notice=cause, **ids)


def _who_heard(decision_id: int, idea_id: int, keys: list[str]) -> list[int]:
    """Of those whose text it is about: who got a letter that told of a decision, or read it under the bell."""
    by_letter = select(Letter.recipient_id).where(Letter.dedup_key.in_(keys), Letter.state.in_(LEFT))
    by_notice = select(Notice.member_id).outerjoin(Letter, Letter.id == Notice.letter_id)
    its = (Notice.idea_id == idea_id, Notice.cause == f"decision:{decision_id}", Notice.kind != "moved")
    by_notice = by_notice.where(*its, or_(Notice.read_at.is_not(None), Letter.state.in_(LEFT)))
    return sorted({*db.session.scalars(by_letter), *db.session.scalars(by_notice)} - {None})
