"""Reactions to what authors do: each makes, renews or closes a case and may safely run twice."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, func, literal, null, select, update
from sqlalchemy import case as sql_case

from portal import database
from portal.accounts.models import Member
from portal.accounts.terms import is_minor
from portal.database import UtcDateTime, db, insert_ignore
from portal.discussion import services as discussion
from portal.discussion.events import CommentEdited, CommentPosted
from portal.discussion.models import Comment
from portal.ideas.events import IdeaSubmitted, IdeaWithdrawn
from portal.ideas.models import Idea, IdeaVersion
from portal.moderation import triage
from portal.moderation.models import STANDS, Case, Decision
from portal.moderation.queries.rules import advising
from portal.moderation.services import deadlines as clock
from portal.moderation.services.changing import changed, note
from portal.moderation.services.deadlines import Deadlines
from portal.moderation.services.triaging import as_set, keep


def open_case(event: IdeaSubmitted, deadlines: Deadlines) -> None:
    """A waiting idea gets its case. If its author changed it while the case was open, the case begins anew."""
    idea = db.session.get(Idea, event.idea_id, populate_existing=True)
    if idea is None or idea.status != "waiting" or _seen(idea.id) >= idea.version:
        return
    if _renew(idea, deadlines):
        return
    insert(
        deadlines,
        kind="idea",
        subject=f"idea:{idea.id}",
        idea_id=idea.id,
        idea_version=idea.version,
        unit_id=idea.unit_id,
        created_at=idea.updated_at,
        preferred_id=_who_sent_back(idea.id, idea.updated_at),
    )


def close_case(event: IdeaWithdrawn) -> None:
    """Nobody needs to look at an idea that its author took back, nor at what they would have changed in it."""
    close(f"idea:{event.idea_id}", f"edit:{event.idea_id}")


def close(*subjects: str, what: str = "withdrawn") -> None:
    """Close the open cases about these, because of `what` has happened to them (a word of `changing.CHANGED`)."""
    close_where(Case.subject.in_(subjects), what=what)


def close_where(*which: ColumnElement[bool], what: str) -> list[str]:
    """Close the open cases of which this is true; returns what they are about."""
    gone = {"state": "closed", "claimed_by_id": None, "claimed_until": None, **changed(what, database.now())}
    closed = update(Case).where(Case.state == "open", *which).values(gone).returning(Case.subject)
    return sorted(db.session.scalars(closed.execution_options(synchronize_session=False)))


def screen_again(event: CommentEdited, deadlines: Deadlines) -> None:
    """A mended comment is looked at like a new one, and nobody decides on the words they read before."""
    open_case = update(Case).where(Case.subject == f"comment:{event.comment_id}", Case.state == "open")
    anew = {**changed("text", database.now()), "comment_edited_at": words_of(event.comment_id)}
    db.session.execute(open_case.values(anew).execution_options(synchronize_session=False))
    screen_comment(event, deadlines)


def words_of(comment_id: int) -> datetime | None:
    """Which words of a comment stand now: since when, if they were mended."""
    return db.session.scalar(select(Comment.edited_at).where(Comment.id == comment_id))


def screen_comment(event: CommentPosted | CommentEdited, deadlines: Deadlines) -> None:
    """A comment that waits needs a person; so does one in which the rules find something: from then on it waits, too."""
    comment = db.session.get(Comment, event.comment_id, populate_existing=True)
    if comment is None or comment.status not in {"waiting", "published"}:
        return
    found = as_set(triage.examine_text(comment.body), comment.body)
    if comment.status == "published":
        if not _holding(found):
            return
        discussion.hold_back(comment.id)
    if is_minor(db.session.get_one(Member, comment.member_id), comment.created_at.date()):
        found.append(triage.finding("minor"))
    idea = db.session.get_one(Idea, comment.idea_id)
    case_id = insert(
        deadlines,
        kind="comment",
        subject=f"comment:{comment.id}",
        comment_id=comment.id,
        comment_edited_at=comment.edited_at,
        idea_id=idea.id,
        idea_version=idea.version,
        unit_id=idea.unit_id,
        created_at=comment.created_at,
    )
    if case_id is not None:
        keep(case_id, found, comment.created_at)


def _holding(found: list[triage.Finding]) -> bool:
    """Whether a rule that is right often enough has seen something; what only advises hides nothing."""
    rules = {each.rule for each in found}
    return bool(rules) and not rules <= advising(rules)


def _seen(idea_id: int) -> int:
    """The newest version of an idea that had a case, open or decided."""
    newest = select(func.max(Case.idea_version)).where(Case.idea_id == idea_id, Case.kind == "idea")
    return db.session.scalar(newest) or 0


def _who_sent_back(idea_id: int, answered_at: datetime) -> int | None:
    """The moderator who knows what the author was asked for, if the answer came in time."""
    last = (
        select(Decision.moderator_id, Decision.answer_by)
        .join(Case, Case.id == Decision.case_id)
        .where(Decision.idea_id == idea_id, STANDS)
        .order_by(Decision.id.desc())
        .limit(1)
    )
    found = db.session.execute(last).first()
    return found.moderator_id if found and found.answer_by and answered_at <= found.answer_by else None


def _renew(idea: Idea, deadlines: Deadlines) -> bool:
    """Point the open case at the idea's new text. Its version rises, so nobody decides on the text they read before.

    Its deadlines begin anew and nobody is kept from the new text. It keeps its place, and stays where it was passed
    to, unless the idea now belongs elsewhere.
    """
    waiting = select(Case).where(Case.subject == f"idea:{idea.id}", Case.state == "open").with_for_update()
    its = db.session.scalar(waiting.execution_options(populate_existing=True))
    if its is None:
        return False
    if _unit_then(its) != idea.unit_id:
        its.unit_id = idea.unit_id
    note(its, "text", idea.updated_at)
    its.idea_version, its.due_at = idea.version, deadlines.due(idea.updated_at)
    its.triaged_at = its.barred_id = None
    clock.begin_anew(its, deadlines)
    return True


def _unit_then(its: Case) -> int | None:
    """Where the idea belonged as the case saw it last."""
    seen = select(IdeaVersion.content).where(
        IdeaVersion.idea_id == its.idea_id, IdeaVersion.version == its.idea_version
    )
    return (db.session.scalar(seen) or {}).get("unit_id")


def renewed(idea_version: int) -> dict[str, Any]:
    """To set in an open case that is asked for again: who decides about it or masks in it does so to the text of now.

    Without it the text of the day it was opened could be decided about for ever, and none other. If that has changed
    the case's version rises, so nobody decides on what they read before.
    """
    other = Case.idea_version != idea_version
    then = {"version": Case.version + 1, "change": "text", "changed_by_id": null()}
    then["changed_at"] = literal(database.now(), UtcDateTime)
    kept = {name: sql_case((other, value), else_=getattr(Case, name)) for name, value in then.items()}
    return {**kept, "idea_version": idea_version}


def insert(deadlines: Deadlines, *, created_at: datetime, **values: Any) -> int | None:
    """Put a case into the queue. The new case's id, or None if its subject has an open one. Its deadlines begin with it."""
    due = deadlines.due(created_at)
    values |= {"created_at": created_at, "due_at": due}
    case_id = db.session.scalar(insert_ignore(Case).values(**values).returning(Case.id))
    if case_id is not None:
        clock.begin(case_id, due, deadlines.step())
    return case_id
