"""Words for a moderator who cannot have a case: who was there first, when, or why it is not theirs to judge."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from portal.accounts.models import Member
from portal.database import db
from portal.errors import N_, Conflict, Missing, Refusal
from portal.moderation.models import Case, Decision, Move
from portal.moderation.services.changing import CHANGED
from portal.moderation.services.scoping import had_a_say, knew_of, known_to, of_family, own, reported_by
from portal.settings import ZONE

GONE = N_("Mục này đã đóng: không cần ai quyết định nữa.")
OTHER = N_("Mục này đã thay đổi từ khi bạn mở. Tải lại trang để xem bản mới.")
"""For cases of before it was kept what has changed them."""
DECIDED_BEFORE = N_("Bạn đã quyết định về bài này rồi. Người khác sẽ xem.")
NOT_YOURS = (
    (own, N_("Bạn không tự kiểm duyệt bài của mình.")),
    (of_family, N_("Bài này của người nhà bạn, nên người khác xem.")),
    (reported_by, N_("Bạn đã báo cáo bài này, nên người khác quyết định.")),
    (had_a_say, DECIDED_BEFORE),
)


def why_not(case_id: int, moderator: Member, now: datetime) -> Refusal:
    """Why a guarded UPDATE of this case found no row. Who had it in their unit hears where it went; others nothing."""
    case = db.session.scalar(
        select(Case)
        .where(Case.id == case_id, knew_of(moderator))
        .options(joinedload(Case.claimed_by), joinedload(Case.changed_by))
        .execution_options(populate_existing=True)
    )
    if case is None:
        return Missing()
    if db.session.scalar(select(Case.id).where(Case.id == case_id, *known_to(moderator))) is None:
        return _sent_away(case, now)
    if case.state == "decided":
        return _decided(case, now)
    return (_not_yours(case, moderator) if case.state == "open" else None) or _taken(case, moderator, now)


def _not_yours(case: Case, moderator: Member) -> Refusal | None:
    for where, words in NOT_YOURS:
        if db.session.scalar(select(Case.id).where(Case.id == case.id, where(moderator))) is not None:
            return Refusal(words, status=403)
    if case.barred_id == moderator.id:
        return Refusal(DECIDED_BEFORE, status=403)
    return None


def _taken(case: Case, moderator: Member, now: datetime) -> Conflict:
    """Somebody holds it, or it is another than it was."""
    if (holder := case.holder(now)) and holder.id != moderator.id and case.claimed_until:
        until = _clock(case.claimed_until, now)
        return Conflict(N_("%(name)s đang xem mục này, giữ đến %(time)s."), name=holder.display_name, time=until)
    if case.change and case.changed_at:
        return _said(case.change, case.changed_by, case.changed_at, now)
    return Conflict(GONE if case.state == "closed" else OTHER)


def _sent_away(case: Case, now: datetime) -> Conflict:
    """By the newest move: what became of it there is no business of those who have sent it."""
    newest = select(Move).where(Move.case_id == case.id).order_by(Move.id.desc()).limit(1)
    move = db.session.scalars(newest.options(joinedload(Move.by))).one()
    return _said("passed" if move.by else "escalated", move.by, move.at, now)


def _said(change: str, by: Member | None, at: datetime, now: datetime) -> Conflict:
    return Conflict(CHANGED[change], name=by.display_name if by else "", time=_clock(at, now))


def _decided(case: Case, now: datetime) -> Conflict:
    newest = select(Decision).where(Decision.case_id == case.id).order_by(Decision.id.desc()).limit(1)
    decision = db.session.scalars(newest.options(joinedload(Decision.moderator))).one()
    lately = N_("%(name)s vừa xử lý mục này lúc %(time)s.")
    before = N_("%(name)s đã xử lý mục này lúc %(time)s.")
    words = lately if _is_today(decision.decided_at, now) else before
    return Conflict(words, name=decision.moderator.display_name, time=_clock(decision.decided_at, now))


def _clock(at: datetime, now: datetime) -> str:
    """'10:42', with the day if it is another one than today."""
    return f"{at.astimezone(ZONE):{'%H:%M' if _is_today(at, now) else '%H:%M %d/%m/%Y'}}"


def _is_today(at: datetime, now: datetime) -> bool:
    return at.astimezone(ZONE).date() == now.astimezone(ZONE).date()
