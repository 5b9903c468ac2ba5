"""Notices: written in the relay's transaction with the fact that causes them, read, forgotten."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, case, delete, exists, literal, or_, select, update

from portal import database
from portal.accounts.events import MemberErased
from portal.database import UtcDateTime, db, insert_ignore
from portal.discussion import queries as discussion
from portal.discussion.events import CommentPosted
from portal.discussion.models import Comment, Follow, Report
from portal.discussion.queries import followers
from portal.ideas import queries as ideas
from portal.ideas.events import CoAuthorAdmitted, CoAuthorAsked, CoAuthorInvited, CoAuthorJoined, IdeaAdvanced
from portal.ideas.models import Idea, IdeaAuthor
from portal.moderation import duty
from portal.moderation import queries as cases
from portal.moderation import services as desk
from portal.moderation.events import (
    CaseDecided,
    CaseEscalated,
    CasePassed,
    DecisionUndone,
    FileTakenOff,
    NoteLeft,
    PersonalDataMasked,
    ReportedIsGone,
    SilenceLifted,
)
from portal.moderation.models import Case, Decision, Move, Note
from portal.moderation.services.scoping import kept_from
from portal.notices import queries
from portal.notices.events import FollowersPartlyTold, VotersPartlyTold
from portal.notices.kinds import CATEGORY_OF
from portal.notices.models import Notice, NoticeMute, PushSubscription
from portal.outbox import services as outbox
from portal.searches.events import SearchMatched
from portal.searches.models import SavedSearch

KEEP = timedelta(days=90)
SWEPT_AT_ONCE = 5000
PAGE = 400  # followers told in one transaction, which on a busy machine of two cores takes some 50 ms


def tell(  # noqa: PLR0913  # a notice says all of this
    members: Collection[int],
    kind: str,
    cause: str,
    due: datetime | None = None,
    *,
    idea_id: int | None = None,
    comment_id: int | None = None,
    thread: str | None = None,
) -> None:
    """Tell each of `members` once of `cause` ("comment:9"), from `due` on."""
    if members:
        told, muted = _told(kind, cause, due, idea_id, comment_id), _muted(kind)
        told["thread"] = thread or told["thread"]
        quiet = set(db.session.scalars(select(NoticeMute.member_id).where(NoticeMute.member_id.in_(members), muted)))
        devices = select(PushSubscription.member_id).where(PushSubscription.member_id.in_(members))
        push_at = dict.fromkeys(set(db.session.scalars(devices)) - quiet, told["due_at"])
        rows = [
            {"member_id": member, "quiet": member in quiet, "push_at": push_at.get(member), **told}
            for member in members
        ]
        db.session.execute(insert_ignore(Notice.__table__), rows)


def mute(member_id: int, categories: Collection[str]) -> None:
    """From now on, show news of all categories but these under the bell. What is there stays."""
    db.session.execute(delete(NoticeMute).where(NoticeMute.member_id == member_id))
    for category in categories:
        db.session.add(NoticeMute(member_id=member_id, category=category))


def _muted(kind: str) -> ColumnElement[bool]:
    return NoticeMute.category == CATEGORY_OF.get(kind, "")


def _told(kind: str, cause: str, due: datetime | None, idea_id: int | None, comment_id: int | None) -> dict[str, Any]:
    """The columns that are the same for everybody who is told."""
    moment = database.now()
    return {
        "kind": kind,
        "cause": cause,
        "thread": f"idea:{idea_id}" if idea_id else cause,
        "idea_id": idea_id,
        "comment_id": comment_id,
        "created_at": moment,
        "due_at": due or moment,
    }


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
    """The writer of what is hidden after reports, and of a comment that is not shown: why, if no letter says so."""
    case = db.session.execute(
        select(Case.kind, Case.comment_id, Decision.idea_id, Decision.outcome, Decision.decided_at, Decision.reason)
        .add_columns((Decision.removed | Decision.silenced_until.is_not(None)).label("heavy"))
        .join(Decision, Decision.case_id == Case.id)
        .where(Decision.id == event.decision_id)
    ).one()
    if case.outcome == "reject" and case.kind in {"report", "comment"}:
        kind = "hidden" if case.kind == "report" or case.heavy else f"refused_{case.reason}"
        writer = select(Idea.author_id).where(Idea.id == case.idea_id)
        if case.comment_id:
            writer = select(Comment.member_id).where(Comment.id == case.comment_id)
        due = case.decided_at + timedelta(seconds=undo_window)
        cause = f"decision:{event.decision_id}"
        thread = None if kind == "hidden" else f"refused:{event.decision_id}"
        tell([*db.session.scalars(writer)], kind, cause, due, idea_id=case.idea_id, thread=thread)


def tell_of_mask(event: PersonalDataMasked) -> None:
    """Whoever wrote what a moderator has masked a part of."""
    case = db.session.execute(select(Case.idea_id, Case.comment_id).where(Case.id == event.case_id)).one()
    writer = select(Comment.member_id).where(Comment.id == case.comment_id)
    members = [*db.session.scalars(writer)] if case.comment_id else ideas.writers(case.idea_id)
    tell(members, "masked", f"masked:{event.case_id}:{event.version}", idea_id=case.idea_id)


def tell_of_file(event: FileTakenOff) -> None:
    """Those who wrote the idea that a moderator has taken a file off."""
    idea_id = db.session.scalar(select(Case.idea_id).where(Case.id == event.case_id)) or 0
    tell(ideas.writers(idea_id), "file_off", f"file:{event.file_id}", idea_id=idea_id)


def tell_of_voice(event: SilenceLifted) -> None:
    """Whoever was silenced, that they are heard again."""
    tell([event.member_id], "voice", f"voice:{event.until}")


def tell_of_note(event: NoteLeft) -> None:
    """Colleagues whom a note about a case calls by name."""
    note = db.session.get_one(Note, event.note_id)
    tell(desk.called(note), "desk_note", f"case:{note.case_id}:{note.id}")


def tell_of_passing(event: CaseEscalated | CasePassed) -> None:
    """Those who answer for a case now, but not whoever sent it there.

    What goes up by itself they hear by the letter about all that is late, unless it is urgent: a day on which nobody
    was at the desk would be hundreds of lines.
    """
    if isinstance(event, CaseEscalated) and db.session.get_one(Case, event.case_id).urgent:
        return
    last = select(Move.id, Move.by_id, Move.to_unit_id).where(Move.case_id == event.case_id)
    move = db.session.execute(last.order_by(Move.id.desc()).limit(1)).one()
    staff = set(duty.moderators(move.to_unit_id, database.now(), kept_from(event.case_id))) - {move.by_id}
    tell(staff, "desk_passed", f"case:{event.case_id}:passed:{move.id}")


def tell_of_move(event: CaseDecided, undo_window: int) -> None:
    """Those whose support went along with a merge: one line each, with the way to take it back."""
    tell_voters(VotersPartlyTold(event.decision_id, after=0), undo_window)


def tell_voters(event: VotersPartlyTold, undo_window: int) -> None:
    """The next page of them; if more are left, that is a fact of its own. Of a merge that is undone nobody is left."""
    page = cases.movers(event.decision_id, event.after, PAGE)
    if not page:
        return
    decision = db.session.get_one(Decision, event.decision_id)
    about: dict[str, Any] = {"idea_id": decision.into_id, "thread": f"moved:{decision.id}"}
    due = decision.decided_at + timedelta(seconds=undo_window)
    tell(page, "moved", f"decision:{decision.id}", due, **about)
    if len(page) == PAGE:
        outbox.record(replace(event, after=page[-1]))


def take_back_decision(event: DecisionUndone) -> None:
    """An undone decision was never told, or is told no more."""
    about = select(Decision.id).where(
        Decision.id == event.decision_id, or_(Decision.idea_id == Notice.idea_id, Decision.into_id == Notice.idea_id)
    )
    undone = delete(Notice).where(about.exists(), Notice.cause == f"decision:{event.decision_id}")
    db.session.execute(undone.execution_options(synchronize_session=False))


def tell_reporters(event: CaseDecided, undo_window: int) -> None:
    """Those who reported a thing, of what was decided; nobody is named, and what is hidden is not quoted."""
    decision = db.session.execute(
        select(Decision.outcome, Decision.decided_at, Case.kind, Case.subject)
        .join(Case, Case.id == Decision.case_id)
        .where(Decision.id == event.decision_id)
    ).one()
    if decision.kind == "report":
        due = decision.decided_at + timedelta(seconds=undo_window)
        kind = "report_upheld" if decision.outcome == "reject" else "report_kept"
        thing = decision.subject.removeprefix("report:")
        answered = select(Report).where(Report.subject == thing, Report.settled_at == decision.decided_at)
        for report in db.session.scalars(answered):
            tell([report.member_id] if report.member_id else [], kind, f"report:{report.id}", due)


def untell_reporters(event: DecisionUndone) -> None:
    """By now the reports are open again, so they are found by what is open."""
    subject = db.session.scalar(
        select(Case.subject).join(Decision, Decision.case_id == Case.id).where(Decision.id == event.decision_id)
    )
    thing = (subject or "").removeprefix("report:")
    reports = db.session.scalars(select(Report.id).where(Report.subject == thing, Report.settled_at.is_(None)))
    causes = [f"report:{report_id}" for report_id in reports]
    db.session.execute(delete(Notice).where(Notice.cause.in_(causes)).execution_options(synchronize_session=False))


def tell_of_erasure(event: ReportedIsGone) -> None:
    """Those who reported a thing that is gone before anybody has judged it."""
    gone = (Report.subject == event.subject, Report.upheld.is_(None), Report.settled_at.is_not(None))
    for report in db.session.scalars(select(Report).where(*gone, Report.member_id.is_not(None))):
        tell([report.member_id] if report.member_id else [], "report_gone", f"report:{report.id}")


def tell_of_comment(event: CommentPosted) -> None:
    """Whoever is answered or called by name, those who wrote the idea, and its followers; nobody of their own words.

    Each is told once, as the first of these. It is shown once the comment is.
    """
    comment = _comment(event.comment_id)
    about = {"idea_id": comment.idea_id, "comment_id": comment.id}
    answered = select(Comment.member_id).where(Comment.id == comment.parent_id)
    tell({*db.session.scalars(answered)} - {comment.member_id}, "reply", f"comment:{comment.id}", **about)
    tell(discussion.mentioned(comment.id), "mention", f"comment:{comment.id}", **about)
    tell({*ideas.writers(comment.idea_id)} - {comment.member_id}, "comment", f"comment:{comment.id}", **about)
    cause = f"comment:{comment.id}"
    tell_followers(FollowersPartlyTold("followed_comment", cause, comment.idea_id, comment.id, after=0))


def tell_of_step(event: IdeaAdvanced) -> None:
    """Those who wrote an idea, and its followers, that it has gone a step along its journey."""
    cause = f"step:{event.event_id}"
    tell(ideas.writers(event.idea_id), "status", cause, idea_id=event.idea_id)
    tell_followers(FollowersPartlyTold("followed", cause, event.idea_id, None, after=0))


def tell_followers(event: FollowersPartlyTold) -> None:
    """The next page of followers; if more are left, that is a fact of its own."""
    page = followers(event.idea_id, event.after, PAGE)
    if not page:
        return
    told = _told(event.kind, event.cause, None, event.idea_id, event.comment_id)
    quiet = exists().where(NoticeMute.member_id == Follow.member_id, _muted(event.kind))
    rows = select(
        Follow.member_id, quiet, *(literal(value, Notice.__table__.c[name].type) for name, value in told.items())
    )
    rows = rows.where(Follow.idea_id == event.idea_id, Follow.member_id.between(page[0], page[-1]))
    if event.comment_id is not None:
        rows = rows.where(Follow.member_id != _comment(event.comment_id).member_id)
    has_device = exists().where(PushSubscription.member_id == Follow.member_id)
    rows = rows.add_columns(case((has_device & ~quiet, literal(told["due_at"], UtcDateTime))))
    db.session.execute(insert_ignore(Notice.__table__).from_select(["member_id", "quiet", *told, "push_at"], rows))
    if len(page) == PAGE:
        outbox.record(replace(event, after=page[-1]))


def tell_of_matches(event: SearchMatched) -> None:
    """Whoever keeps a search, of what is new in it; an idea that two of their searches find is told once."""
    search = db.session.get(SavedSearch, event.search_id)
    if search is None:
        return
    for idea_id in event.idea_ids:
        tell([search.member_id], "found", f"found:{idea_id}", idea_id=idea_id, thread=f"search:{search.id}")


def tell_of_invitation(event: CoAuthorInvited) -> None:
    """Whoever is asked to stand under an idea."""
    asked = select(IdeaAuthor.member_id, IdeaAuthor.idea_id).where(
        IdeaAuthor.id == event.invitation_id, IdeaAuthor.state == "invited", IdeaAuthor.member_id.is_not(None)
    )
    for row in db.session.execute(asked):  # none, if it was taken back meanwhile
        tell([row.member_id], "invited", f"invitation:{event.invitation_id}", idea_id=row.idea_id)


def tell_of_co_author(event: CoAuthorJoined) -> None:
    """The author, that somebody said yes."""
    author = select(Idea.author_id).where(Idea.id == event.idea_id)
    tell([*db.session.scalars(author)], "joined", f"joined:{event.idea_id}:{event.member_id}", idea_id=event.idea_id)


def tell_of_request(event: CoAuthorAsked) -> None:
    """The author, that somebody would like to stand under the idea."""
    asked = select(Idea.author_id, Idea.id).join(IdeaAuthor, IdeaAuthor.idea_id == Idea.id)
    asked = asked.where(IdeaAuthor.id == event.request_id, IdeaAuthor.state == "asked")
    for row in db.session.execute(asked):  # none, if it was taken back meanwhile
        tell([row.author_id], "asked", f"request:{event.request_id}", idea_id=row.id)


def tell_of_yes(event: CoAuthorAdmitted) -> None:
    """Whoever asked to stand under an idea."""
    tell([event.member_id], "admitted", f"admitted:{event.idea_id}", idea_id=event.idea_id)


def _comment(comment_id: int) -> Any:
    columns = (Comment.id, Comment.member_id, Comment.idea_id, Comment.parent_id)
    return db.session.execute(select(*columns).where(Comment.id == comment_id)).one()


def mark_read(member_id: int, up_to: int, now: datetime, thread: str | None = None) -> None:
    """Mark as read what the member has seen: a thread, or all, up to a notice; nothing that came after."""
    seen = queries.visible_ids(member_id, now).where(Notice.id <= up_to, Notice.read_at.is_(None))
    if thread is not None:
        seen = seen.where(Notice.thread == thread)
    read = update(Notice).where(Notice.id.in_(seen)).values(read_at=now)
    db.session.execute(read.execution_options(synchronize_session=False))


def done(member_id: int, thread: str, now: datetime) -> None:
    """They have answered what it told of, wherever they read it."""
    its = update(Notice).where(Notice.member_id == member_id, Notice.thread == thread, Notice.read_at.is_(None))
    db.session.execute(its.values(read_at=now).execution_options(synchronize_session=False))


def sweep(now: datetime) -> None:
    """Forget what is three months old, read or not; as much as one short transaction takes."""
    old = select(Notice.id).where(Notice.created_at < now - KEEP).order_by(Notice.id).limit(SWEPT_AT_ONCE)
    db.session.execute(delete(Notice).where(Notice.id.in_(old)).execution_options(synchronize_session=False))


def forget_member(event: MemberErased) -> None:
    """Nobody is there to read them."""
    for model in (Notice, NoticeMute, PushSubscription):
        db.session.execute(delete(model).where(model.member_id == event.member_id))
