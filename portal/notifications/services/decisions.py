"""Letters about what moderators decide, due when it can no longer be undone."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select, update

from portal.database import db
from portal.discussion.models import Comment
from portal.ideas.models import Idea
from portal.moderation.events import CaseDecided, DecisionUndone
from portal.moderation.models import Case, Decision
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
OF_KIND = {"appeal": "appeal_answered", "edit": "edit_answered"}


def write_decision(event: CaseDecided, settings: Settings) -> None:
    """Due when the decision can no longer be undone. A decision about a comment is not mailed."""
    decision = db.session.execute(
        select(Decision.id, Decision.outcome, Decision.decided_at, Decision.idea_id, Idea.author_id, Case.kind)
        .join(Idea, Idea.id == Decision.idea_id)
        .join(Case, Case.id == Decision.case_id)
        .where(Decision.id == event.decision_id)
    ).one()
    if decision.kind in OF_KIND:
        due = decision.decided_at + timedelta(seconds=settings.undo_window)
        ids = {"decision_id": decision.id, "idea_id": decision.idea_id}
        write(settings, OF_KIND[decision.kind], decision.id, decision.author_id, due, **ids)
    elif decision.kind == "idea" or (decision.kind == "merge" and decision.outcome == "merge"):
        due = decision.decided_at + timedelta(seconds=settings.undo_window)
        kind = KIND_OF_OUTCOME[decision.outcome]
        ids = {"decision_id": decision.id, "idea_id": decision.idea_id}
        write(settings, kind, decision.id, decision.author_id, due, **ids)


def write_hidden(event: CaseDecided, settings: Settings) -> None:
    """To the writer of what a moderator hid after reports, when it can no longer be undone: why, and what now."""
    row = db.session.execute(
        select(Decision.outcome, Decision.decided_at, Case.kind, Case.comment_id, Idea.author_id, Comment.member_id)
        .join(Case, Case.id == Decision.case_id)
        .join(Idea, Idea.id == Case.idea_id)
        .outerjoin(Comment, Comment.id == Case.comment_id)
        .where(Decision.id == event.decision_id)
    ).one()
    if (row.kind, row.outcome) == ("report", "reject"):
        due = row.decided_at + timedelta(seconds=settings.undo_window)
        writer = row.member_id if row.comment_id else row.author_id
        write(settings, "content_hidden", event.decision_id, writer, due, decision_id=event.decision_id)


def cancel_decision(event: DecisionUndone, settings: Settings) -> None:
    """Nobody hears of what was undone in time; whoever has heard of it is told that a person looks again.

    What is in a worker's hands at this moment is stopped by the last look before sending.
    """
    keys = [f"{kind}:{event.decision_id}" for kind in (*KIND_OF_OUTCOME.values(), *OTHER_ANSWERS)]
    waiting = update(Letter).where(Letter.dedup_key.in_(keys), IS_PENDING)
    db.session.execute(waiting.values(state="cancelled", last_text="the decision was undone"))
    told = select(Letter.recipient_id).where(Letter.dedup_key.in_(keys), Letter.state.in_(("sending", "sent")))
    if (author_id := db.session.scalar(told)) is not None:
        idea_id = db.session.scalar(select(Decision.idea_id).where(Decision.id == event.decision_id)) or 0
        ids = {"decision_id": event.decision_id, "idea_id": idea_id}
        write(settings, "decision_reopened", event.decision_id, author_id, None, **ids)
