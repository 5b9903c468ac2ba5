"""What was decided about a person's ideas, for the copy of their data. Who decided is another person's business."""

from __future__ import annotations

from sqlalchemy import Executable, select

from portal.ideas.models import Idea
from portal.moderation.models import Appeal, Decision, Trust


def about(member_id: int) -> dict[str, Executable]:
    told = (Decision.idea_id, Idea.title, Decision.outcome, Decision.reason, Decision.advice)
    return {
        "decisions": select(*told, Decision.decided_at, Decision.undone_at)
        .join(Idea, Idea.id == Decision.idea_id)
        .where(Idea.author_id == member_id),
        "appeals": select(Appeal.decision_id, Appeal.body, Appeal.at).where(Appeal.member_id == member_id),
        "trusted": select(Trust.since).where(Trust.member_id == member_id),
    }
