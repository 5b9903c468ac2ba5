"""What a person said and follows, for the copy of their data."""

from __future__ import annotations

from sqlalchemy import Executable, select

from portal.discussion.models import Comment, Follow, Report
from portal.ideas.models import Idea


def about(member_id: int) -> dict[str, Executable]:
    said = (Comment.id, Comment.idea_id, Idea.title, Comment.body, Comment.status, Comment.created_at)
    return {
        "comments": select(*said).join(Idea, Idea.id == Comment.idea_id).where(Comment.member_id == member_id),
        "reports": select(Report.subject, Report.reason, Report.note, Report.created_at).where(
            Report.member_id == member_id
        ),
        "follows": select(Follow.idea_id, Idea.title, Follow.created_at, Follow.automatic)
        .join(Idea, Idea.id == Follow.idea_id)
        .where(Follow.member_id == member_id),
    }
