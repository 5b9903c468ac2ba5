"""What was decided about a person's texts, for the copy of their data. Who decided is another person's business."""

from __future__ import annotations

from sqlalchemy import Executable, case, func, select

from portal.discussion.models import Comment
from portal.ideas import states
from portal.ideas.models import Idea
from portal.moderation.models import Appeal, Case, Decision, Trust


def about(member_id: int) -> dict[str, Executable]:
    """Of decisions: those about their ideas and about their comments, not about what others said under an idea."""
    theirs_to_read = (Idea.author_id == member_id) | Idea.status.in_(states.READABLE)
    title = case((theirs_to_read, Idea.title)).label("title")
    noted = (Case.kind == "comment") & ~Decision.removed & Decision.silenced_until.is_(None)
    advice = case((noted, ""), else_=Decision.advice).label("advice")  # a note among colleagues went to nobody
    told = (Decision.idea_id, title, Case.comment_id, Decision.outcome, Decision.reason, advice)
    return {
        "decisions": select(*told, Decision.decided_at, Decision.undone_at)
        .join(Case, Case.id == Decision.case_id)
        .join(Idea, Idea.id == Decision.idea_id)
        .outerjoin(Comment, Comment.id == Case.comment_id)
        .where(func.coalesce(Comment.member_id, Idea.author_id) == member_id),
        "appeals": select(Appeal.decision_id, Appeal.body, Appeal.at).where(Appeal.member_id == member_id),
        "trusted": select(Trust.since).where(Trust.member_id == member_id),
    }
