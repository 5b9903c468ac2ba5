"""Reactions of the desk: nobody has to look at what its author's guardian took back, or at what is erased."""

from __future__ import annotations

from sqlalchemy import delete, or_, select, update

from portal.accounts.events import ConsentChanged, MemberErased
from portal.database import db
from portal.discussion.models import Comment
from portal.ideas.models import Idea
from portal.moderation.models import Case, Decision, Move, Note


def close_cases(event: ConsentChanged | MemberErased) -> None:
    """Close the open cases about a member's texts that wait no more. It runs after ideas and comments have reacted."""
    ideas = select(Idea.id).where(Idea.author_id == event.member_id, Idea.status != "waiting")
    comments = select(Comment.id).where(Comment.member_id == event.member_id, Comment.status.in_(("hidden", "removed")))
    theirs = or_((Case.kind == "idea") & Case.idea_id.in_(ideas), Case.comment_id.in_(comments))
    closed = {"state": "closed", "version": Case.version + 1, "claimed_by_id": None, "claimed_until": None}
    db.session.execute(
        update(Case).where(Case.state == "open", theirs).values(closed).execution_options(synchronize_session=False)
    )


def forget_author(event: MemberErased) -> None:
    """What moderators wrote to the author was for them alone; that and why a decision was taken stays countable."""
    close_cases(event)
    ideas = select(Idea.id).where(Idea.author_id == event.member_id)
    words = update(Decision).where(Decision.idea_id.in_(ideas)).values(advice="", corrected=None)
    db.session.execute(words.execution_options(synchronize_session=False))
    cases = select(Case.id).where(Case.idea_id.in_(ideas))
    moves = update(Move).where(Move.case_id.in_(cases)).values(note="")
    db.session.execute(moves.execution_options(synchronize_session=False))
    db.session.execute(delete(Note).where(Note.case_id.in_(cases)).execution_options(synchronize_session=False))
