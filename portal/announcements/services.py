"""Announcements: written, tried, sent off (by two people if they are for many), stopped. They go out page by page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import or_, select, update

from portal.accounts import policy
from portal.accounts.models import Member
from portal.announcements import queries
from portal.announcements.models import IS_SENDING, LOST_RIGHT, Announcement
from portal.announcements.rules import BODY, MOST_TESTS, PAGE_EVERY, PER_PAGE, SECOND_PERSON_ABOVE, SUBJECT
from portal.audit import services as audit
from portal.campaigns.models import Campaign
from portal.database import db
from portal.errors import N_, Conflict, Missing, Refusal
from portal.notices import services as notices
from portal.rules import LANGUAGES, Invalid
from portal.units.queries import reference

NOBODY_ELSE = N_(
    "Thư cho hơn 1.000 người cần một người khác duyệt, mà chưa có ai khác tổ chức cho toàn Nảy. "
    "Nhờ quản trị trao vai trò đó, hoặc chọn nhóm nhỏ hơn."
)
NO_RIGHT = N_("Người viết không còn quyền gửi cho nhóm này, nên thông báo này không gửi được.")
MOVED_ON = N_("Thông báo này vừa chuyển sang trạng thái khác. Tải lại trang để xem.")


def draft(author: Member, words: dict[str, str], audience: str, audience_id: int, now: datetime) -> Announcement:
    """Raises Invalid, and Missing for an audience that is not the author's to address."""
    row = Announcement(author_id=author.id, created_at=now, **_checked(author, words, audience, audience_id))
    db.session.add(row)
    db.session.flush()
    return row


def revise(author: Member, announcement_id: int, words: dict[str, str], audience: str, audience_id: int) -> None:
    """Change what has not been sent off. Raises as `draft` does, and Conflict."""
    checked = _checked(author, words, audience, audience_id)
    _move(queries.show(announcement_id, author).row, ("draft",), "draft", **checked)


def send(actor: Member, announcement_id: int, now: datetime) -> str:
    """Send it off; returns its state: 'sending', or 'waiting' for a second person because it is for many."""
    row = queries.show(announcement_id, actor).row
    if row.author_id != actor.id:
        raise Missing
    counted = queries.count(row, actor, now)
    if not counted:
        raise Refusal(N_("Không có ai trong nhóm này, nên không có gì để gửi."))
    state = "waiting" if counted > SECOND_PERSON_ABOVE else "sending"
    second = queries.second_people(actor, now) if state == "waiting" else []
    if state == "waiting" and not second:
        raise Refusal(NOBODY_ELSE)
    _move(row, ("draft",), state, counted=counted, begun_at=now)
    notices.tell(second, "announcement_waits", f"announcement:{row.id}")
    audit.record(actor.id, "announcement.send", "announcement", row.id, {"counted": counted, "state": state})
    return state


def approve(actor: Member, announcement_id: int, now: datetime) -> None:
    """The second person's yes, of which the author hears.

    Raises Refusal for the author's own, and if the author may not write to these people any more.
    """
    row = queries.show(announcement_id, actor).row
    if row.author_id == actor.id:
        raise Refusal(N_("Cần một người khác duyệt: bạn là người viết."), status=403)
    if not _is_theirs(db.session.get_one(Member, row.author_id), row.audience, row.audience_id):
        raise Refusal(NO_RIGHT)
    _move(row, ("waiting",), "sending", approved_by_id=actor.id, begun_at=now)
    notices.tell([row.author_id], "announcement_approved", f"announcement:{row.id}:approved")
    audit.record(actor.id, "announcement.approve", "announcement", row.id, {"counted": row.counted})


def stop(actor: Member, announcement_id: int, now: datetime) -> None:
    """Write no more letters; those that have not left are not sent either, because they look before they leave.

    Its author hears of it if somebody else does it.
    """
    row = queries.show(announcement_id, actor).row
    _move(row, ("waiting", "sending"), "stopped", ended_at=now)
    notices.tell({row.author_id} - {actor.id}, "announcement_stopped", f"announcement:{row.id}:stopped")
    audit.record(actor.id, "announcement.stop", "announcement", row.id, {"written": row.written})


def count_test(actor: Member, announcement_id: int) -> int:
    """The number of the next letter to oneself. Raises Conflict after ten."""
    row = queries.show(announcement_id, actor).row
    _move(row, ("draft", "waiting"), row.state, Announcement.tests < MOST_TESTS, tests=Announcement.tests + 1)
    return row.tests + 1


def next_page(now: datetime) -> tuple[Announcement, list[int]] | None:
    """The announcement that waits longest, and the next members to hear it; marked as written in this transaction.

    None before the pace allows it. Two workers at once never get the same members: whoever comes second finds the mark
    moved on. One whose author may not write to these people any more is stopped.
    """
    if db.session.scalar(select(Announcement.id).where(IS_SENDING, Announcement.next_page_at > now).limit(1)):
        return None
    waiting = select(Announcement).where(IS_SENDING, Announcement.written_at.is_(None)).limit(1)
    waiting = waiting.where(or_(Announcement.next_page_at.is_(None), Announcement.next_page_at <= now))
    waiting = waiting.order_by(Announcement.begun_at, Announcement.id)
    row = db.session.scalar(waiting.with_for_update(skip_locked=True).execution_options(populate_existing=True))
    if row is None:
        return None
    author = db.session.get_one(Member, row.author_id, populate_existing=True)
    if not _is_theirs(author, row.audience, row.audience_id):
        _stop_without_right(row, now)
        return None
    page = queries.recipients(row, author, now).where(Member.id > row.reached).order_by(Member.id).limit(PER_PAGE)
    return row, list(db.session.scalars(page))


def mark_written(announcement: Announcement, members: list[int], now: datetime) -> None:
    """So many more are written; all, if they are less than a page."""
    if members:
        announcement.written += len(members)
        announcement.reached = members[-1]
        announcement.next_page_at = now + PAGE_EVERY
    if len(members) < PER_PAGE:
        announcement.written_at = now


def end_sent(left: Callable[[int], bool], now: datetime) -> None:
    """Those of which every letter has `left`, or never will, are sent."""
    written = select(Announcement.id).where(IS_SENDING, Announcement.written_at.is_not(None))
    for announcement_id in db.session.scalars(written).all():
        if left(announcement_id):
            sent = update(Announcement).where(Announcement.id == announcement_id, IS_SENDING)
            db.session.execute(sent.values(state="sent", ended_at=now).execution_options(synchronize_session=False))


def _checked(author: Member, words: dict[str, str], audience: str, audience_id: int) -> dict[str, Any]:
    texts = {"subject": SUBJECT.clean(words["subject"]), "body": BODY.clean(words["body"])}
    faults = {name: rule.fault(texts[name]) for name, rule in (("subject", SUBJECT), ("body", BODY))}
    if errors := {name: fault for name, fault in faults.items() if fault}:
        raise Invalid(errors)
    if not _is_theirs(author, audience, audience_id):
        raise Missing
    language = words.get("language") if words.get("language") in LANGUAGES else LANGUAGES[0]
    return {**texts, "language": language, "audience": audience, "audience_id": audience_id}


def _stop_without_right(row: Announcement, now: datetime) -> None:
    """Whoever agreed to it hears of it; if nobody had to, those who might have."""
    _move(row, ("sending",), "stopped", ended_at=now, cause=LOST_RIGHT)
    author = db.session.get_one(Member, row.author_id)
    people = [row.approved_by_id] if row.approved_by_id else queries.second_people(author, now)
    notices.tell(people, "announcement_stopped", f"announcement:{row.id}:stopped")


def _is_theirs(author: Member, audience: str, audience_id: int) -> bool:
    """Units and campaigns are somebody's; a field is everybody's, and only one's own units hear of it."""
    if audience == "unit":
        return policy.can(author, "announce", audience_id)
    if audience == "campaign":
        campaign = db.session.get(Campaign, audience_id)
        return campaign is not None and policy.can(author, "announce", campaign)
    return audience_id in reference().field_by_id and policy.can(author, "announce")


def _move(row: Announcement, old: tuple[str, ...], new: str, *conditions: Any, **values: Any) -> None:
    step = update(Announcement).where(Announcement.id == row.id, Announcement.state.in_(old), *conditions)
    step = step.values(state=new, **values).returning(Announcement.id)
    if db.session.scalar(step.execution_options(synchronize_session=False)) is None:
        raise Conflict(MOVED_ON)
