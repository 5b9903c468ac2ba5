"""An author asks for a decision to be looked at again. Once, and never by one who took it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from portal.accounts.models import Member
from portal.database import db
from portal.discussion.models import Comment
from portal.errors import N_, Conflict, Missing
from portal.ideas.models import Idea
from portal.moderation.events import AppealMade
from portal.moderation.models import Appeal, Decision
from portal.moderation.queries.appeals import keeps_away, last_word, subject
from portal.moderation.rules import APPEAL
from portal.moderation.services import opening
from portal.moderation.services.deadlines import Deadlines
from portal.outbox import services as outbox
from portal.rules import Invalid


def appeal(
    author: Member,
    idea_id: int,
    body: str,
    deadlines: Deadlines,
    now: datetime,
    *,
    comment_id: int | None = None,
) -> Appeal:
    """Ask another moderator about the decision that keeps one's idea, or one's comment on it, from its readers.

    What was taken away for good may be asked about too. Raises Invalid, Missing and Conflict.
    """
    body = APPEAL.clean(body)
    if fault := APPEAL.fault(body):
        raise Invalid({"body": fault})
    newest = last_word(idea_id, comment_id).add_columns(Idea.version, Idea.unit_id)
    # both locked: whoever restores the decision at this moment comes before this or after it
    row = db.session.execute(newest.with_for_update(of=[Idea, Decision])).first()
    if _writer_id(idea_id, comment_id) != author.id:
        raise Missing
    if row is None:
        raise _nothing_to_ask()
    if row.Decision.outcome == "reject" and row.kind == "appeal":
        raise _asked_before()
    if not keeps_away(row.Decision.outcome, row.kind, row.status):
        raise _nothing_to_ask()
    if db.session.scalar(select(Appeal.id).where(Appeal.decision_id == row.Decision.id)) is not None:
        raise _asked_before()
    case_id = opening.insert(
        deadlines,
        kind="appeal",
        subject=subject(idea_id, comment_id),
        idea_id=idea_id,
        comment_id=comment_id,
        idea_version=row.version,
        unit_id=row.unit_id,
        created_at=now,
        triaged_at=now,
        barred_id=row.Decision.moderator_id,
    )
    if case_id is None:
        raise _asked_before()
    made = Appeal(decision_id=row.Decision.id, case_id=case_id, member_id=author.id, body=body, at=now)
    db.session.add(made)
    db.session.flush()
    outbox.record(AppealMade(made.id))
    return made


def _writer_id(idea_id: int, comment_id: int | None) -> int | None:
    writer = select(Idea.author_id).where(Idea.id == idea_id)
    if comment_id is not None:
        writer = select(Comment.member_id).where(Comment.id == comment_id)
    return db.session.scalar(writer)


def _nothing_to_ask() -> Conflict:
    return Conflict(N_("Không có quyết định nào để xem lại: bài này đã chuyển sang trạng thái khác."))


def _asked_before() -> Conflict:
    return Conflict(N_("Bạn đã đề nghị xem lại quyết định này rồi. Mỗi quyết định được xem lại một lần."))
