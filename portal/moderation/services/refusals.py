"""Words for a moderator who cannot have a case: who was there first, when, or why it is not theirs to judge."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.accounts.models import Member
from portal.database import db
from portal.errors import N_, Conflict, Missing, Refusal
from portal.moderation.models import Case, Decision
from portal.moderation.services.scoping import had_a_say, known_to, of_family, own, reported_by

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
DECIDED_BEFORE = N_("Bạn đã quyết định về bài này rồi. Người khác sẽ xem.")
NOT_YOURS = (
    (own, N_("Bạn không tự kiểm duyệt bài của mình.")),
    (of_family, N_("Bài này của người nhà bạn, nên người khác xem.")),
    (reported_by, N_("Bạn đã báo cáo bài này, nên người khác quyết định.")),
    (had_a_say, DECIDED_BEFORE),
)


def why_not(case_id: int, moderator: Member, now: datetime) -> Refusal:
    """Why a guarded UPDATE of this case found no row."""
    case = db.session.scalar(
        select(Case)
        .where(Case.id == case_id, *known_to(moderator))
        .options(joinedload(Case.claimed_by))
        .execution_options(populate_existing=True)
    )
    if case is None:
        return Missing()
    if case.state != "open":
        return _handled(case)
    for where, words in NOT_YOURS:
        if db.session.scalar(select(Case.id).where(Case.id == case_id, where(moderator))) is not None:
            return Refusal(words, status=403)
    if case.barred_id == moderator.id:
        return Refusal(DECIDED_BEFORE, status=403)
    if (holder := case.holder(now)) and holder.id != moderator.id:
        return Conflict(N_("%(name)s đang xem mục này."), name=holder.display_name)
    return Conflict(N_("Mục này đã thay đổi từ khi bạn mở. Tải lại trang để xem bản mới."))


def _handled(case: Case) -> Conflict:
    if case.state == "closed":
        return Conflict(N_("Tác giả đã rút bài này."))
    newest = select(Decision).where(Decision.case_id == case.id).order_by(Decision.id.desc()).limit(1)
    decision = db.session.scalars(newest.options(joinedload(Decision.moderator))).one()
    return Conflict(
        N_("%(name)s vừa xử lý mục này lúc %(time)s."),
        name=decision.moderator.display_name,
        time=f"{decision.decided_at.astimezone(ZONE):%H:%M}",
    )
