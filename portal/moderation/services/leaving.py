"""Reactions of the desk: nobody has to look at what its author's guardian took back, or at what is erased."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Select, delete, or_, select, update

from portal import database
from portal.accounts.events import ConsentChanged, MemberErased
from portal.accounts.models import Member
from portal.database import db
from portal.discussion import reporting
from portal.discussion.events import CommentWithdrawn
from portal.discussion.models import Comment
from portal.ideas import states
from portal.ideas.models import Idea, IdeaEdit, IdeaRank
from portal.moderation.events import ReportedIsGone
from portal.moderation.models import Appeal, Case, Decision, Move, Note, Proposal, Reason, Trust
from portal.moderation.services import opening
from portal.moderation.services.deadlines import Deadlines
from portal.outbox import services as outbox


def close_cases(event: ConsentChanged | MemberErased) -> None:
    """Close the open cases about a member's texts that nobody needs to read any more.

    It runs after ideas and comments have reacted.

    Reports stay: a guardian's no answers nobody who spoke of danger, and hides no text from whoever must look at it.
    """
    mine = select(Idea.id).where(Idea.author_id == event.member_id)
    waits_no_more = mine.where(Idea.status.not_in(("waiting", *states.PUBLIC)))
    not_public = mine.where(Idea.status.not_in((*states.PUBLIC, "hidden")))
    over = [
        (Case.kind == "idea") & Case.idea_id.in_(waits_no_more),
        Case.kind.in_(("edit", "merge")) & Case.idea_id.in_(not_public),
    ]
    member = db.session.get_one(Member, event.member_id, populate_existing=True)
    if member.status == "erased" or not member.allows("publish"):
        theirs = select(Comment.id).where(Comment.member_id == event.member_id)
        over.append((Case.kind == "comment") & Case.comment_id.in_(theirs))
    opening.close_where(or_(*over), what="erased" if isinstance(event, MemberErased) else "guardian")


def look_after_withdrawal(event: ConsentChanged, deadlines: Deadlines) -> None:
    """What a guardian took back is hidden at once; a person sees that nothing else still tells of the child.

    Once they allow it again nobody has to. It runs after ideas have reacted.
    """
    ideas = db.session.scalars(
        select(Idea).join(IdeaRank, IdeaRank.idea_id == Idea.id).where(Idea.author_id == event.member_id)
    ).all()
    allowed = [f"withdrawal:{idea.id}" for idea in ideas if idea.status != "waiting_guardian"]
    opening.close(*allowed, what="guardian")
    for idea in ideas:
        if idea.status == "waiting_guardian" and not _looked_at(idea):
            opening.insert(
                deadlines,
                kind="withdrawal",
                subject=f"withdrawal:{idea.id}",
                idea_id=idea.id,
                idea_version=idea.version,
                unit_id=idea.unit_id,
                created_at=idea.updated_at,
                triaged_at=idea.updated_at,
            )


def _looked_at(idea: Idea) -> bool:
    done = select(Case.id).where(Case.subject == f"withdrawal:{idea.id}", Case.idea_version == idea.version)
    return db.session.scalar(done.limit(1)) is not None


def forget_author(event: MemberErased) -> None:
    """What moderators wrote to the author was for them alone; that and why a decision was taken stays countable."""
    close_cases(event)
    ideas = select(Idea.id).where(Idea.author_id == event.member_id)
    comments = select(Comment.id).where(Comment.member_id == event.member_id)
    _let_go(ideas.where(Idea.status == "removed"), comments)
    cases = select(Case.id).where(or_(Case.idea_id.in_(ideas), Case.comment_id.in_(comments)))
    for words in (
        update(Decision).where(Decision.case_id.in_(cases)).values(advice="", corrected=None),
        update(Proposal).where(Proposal.case_id.in_(cases)).values(advice=""),
        update(Appeal).where(Appeal.member_id == event.member_id).values(body=""),
        update(Move).where(Move.case_id.in_(cases)).values(note=""),
        delete(Reason).where(Reason.case_id.in_(cases), Reason.rule != "reported"),  # they repeat words of the text
    ):
        db.session.execute(words.execution_options(synchronize_session=False))
    db.session.execute(delete(Note).where(Note.case_id.in_(cases)).execution_options(synchronize_session=False))
    edits = update(Case).where(Case.idea_id.in_(ideas)).values(edit_id=None)
    db.session.execute(edits.execution_options(synchronize_session=False))
    db.session.execute(delete(IdeaEdit).where(IdeaEdit.idea_id.in_(ideas)).execution_options(synchronize_session=False))
    db.session.execute(delete(Trust).where(Trust.member_id == event.member_id))


def forget_comment(event: CommentWithdrawn) -> None:
    """Its writer took it back: nobody has to judge it, and no reason repeats its words."""
    its = Case.comment_id == event.comment_id
    opening.close_where(Case.kind == "comment", its, what="withdrawn")
    _let_reports_go(its, what="withdrawn")
    words = delete(Reason).where(Reason.case_id.in_(select(Case.id).where(its)), Reason.rule != "reported")
    db.session.execute(words.execution_options(synchronize_session=False))


def _let_go(ideas: Select[int], comments: Select[int]) -> None:
    """Of what is gone nothing can be merged, appealed or looked through, and nobody needs to judge it any more."""
    opening.close_where(Case.kind.in_(("appeal", "merge", "withdrawal")), Case.idea_id.in_(ideas), what="erased")
    _let_reports_go(or_(Case.comment_id.in_(comments), Case.comment_id.is_(None) & Case.idea_id.in_(ideas)), "erased")


def _let_reports_go(gone: ColumnElement[bool], what: str) -> None:
    """Whoever reported it is told so. Danger is about a person and not about a text: somebody still looks at that."""
    for subject in opening.close_where(Case.kind == "report", Case.urgent != 0, gone, what=what):
        thing = subject.removeprefix("report:")
        if reporting.let_go(thing, database.now()):
            outbox.record(ReportedIsGone(thing))
