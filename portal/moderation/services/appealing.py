"""An author asks for a decision to be looked at again. Once, and never by the one who took it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from portal.accounts.models import Member
from portal.database import db
from portal.errors import N_, Conflict, Missing
from portal.ideas.models import Idea
from portal.moderation.events import AppealMade
from portal.moderation.models import STANDS, Appeal, Case, Decision
from portal.moderation.rules import APPEAL
from portal.moderation.services import opening
from portal.moderation.services.deadlines import Deadlines
from portal.outbox import services as outbox
from portal.rules import Invalid


def appeal(author: Member, idea_id: int, body: str, deadlines: Deadlines, now: datetime) -> Appeal:
    """Ask another moderator about the decision that refused one's idea. Raises Invalid, Missing and Conflict."""
    body = APPEAL.clean(body)
    if fault := APPEAL.fault(body):
        raise Invalid({"body": fault})
    row = db.session.execute(
        select(Decision, Idea.version, Idea.unit_id, Idea.author_id, Idea.status)
        .join(Idea, Idea.id == Decision.idea_id)
        .join(Case, Case.id == Decision.case_id)
        .where(Decision.idea_id == idea_id, STANDS)
        .order_by(Decision.id.desc())
        .limit(1)
        .with_for_update(of=Idea)
    ).first()
    if row is None or row.author_id != author.id:
        raise Missing
    if row.status != "rejected" or row.Decision.outcome != "reject":
        raise Conflict(N_("Không có quyết định nào để xem lại: ý tưởng này đã chuyển sang trạng thái khác."))
    if db.session.scalar(select(Appeal.id).where(Appeal.decision_id == row.Decision.id)) is not None:
        raise _asked_before()
    if db.session.scalar(select(Case.kind).where(Case.id == row.Decision.case_id)) == "appeal":
        raise _asked_before()
    case_id = opening.insert(
        deadlines,
        kind="appeal",
        subject=f"appeal:{idea_id}",
        idea_id=idea_id,
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


def _asked_before() -> Conflict:
    return Conflict(N_("Bạn đã đề nghị xem lại quyết định này rồi. Mỗi quyết định được xem lại một lần."))
