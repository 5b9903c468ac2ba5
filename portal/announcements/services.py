"""Announcements: written, tried, sent off (by two people if they are for many), stopped. They go out page by page."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from portal.accounts import policy
from portal.accounts.models import Member
from portal.announcements import queries
from portal.announcements.models import IS_SENDING, Announcement
from portal.announcements.rules import BODY, MOST_TESTS, PER_TICK, SECOND_PERSON_ABOVE, SUBJECT
from portal.audit import services as audit
from portal.campaigns.models import Campaign
from portal.database import db
from portal.errors import N_, Conflict, Missing, Refusal
from portal.notices import services as notices
from portal.rules import Invalid
from portal.units.queries import reference

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
    _move(row, ("draft",), state, counted=counted, begun_at=now)
    if state == "waiting":
        notices.tell(queries.second_people(actor, now), "announcement_waits", f"announcement:{row.id}")
    audit.record(actor.id, "announcement.send", "announcement", row.id, {"counted": counted, "state": state})
    return state


def approve(actor: Member, announcement_id: int, now: datetime) -> None:
    """The second person's yes. Raises Refusal for the author's own."""
    row = queries.show(announcement_id, actor).row
    if row.author_id == actor.id:
        raise Refusal(N_("Cần một người khác duyệt: bạn là người viết."), status=403)
    _move(row, ("waiting",), "sending", approved_by_id=actor.id, begun_at=now)
    audit.record(actor.id, "announcement.approve", "announcement", row.id, {"counted": row.counted})


def stop(actor: Member, announcement_id: int, now: datetime) -> None:
    """Write no more letters; those that have not left are not sent either, because they look before they leave."""
    row = queries.show(announcement_id, actor).row
    _move(row, ("waiting", "sending"), "stopped", ended_at=now)
    audit.record(actor.id, "announcement.stop", "announcement", row.id, {"written": row.written})


def count_test(actor: Member, announcement_id: int) -> int:
    """The number of the next letter to oneself. Raises Conflict after ten."""
    row = queries.show(announcement_id, actor).row
    _move(row, ("draft", "waiting"), row.state, Announcement.tests < MOST_TESTS, tests=Announcement.tests + 1)
    return row.tests + 1


def next_page(now: datetime) -> tuple[Announcement, list[int]] | None:
    """The announcement that waits longest, and the next members to hear it; marked as written in this transaction.

    Two workers at once never get the same members: whoever comes second finds the mark moved on.
    """
    waiting = select(Announcement).where(IS_SENDING, Announcement.written_at.is_(None)).limit(1)
    waiting = waiting.order_by(Announcement.begun_at, Announcement.id)
    row = db.session.scalar(waiting.with_for_update(skip_locked=True).execution_options(populate_existing=True))
    if row is None:
        return None
    author = db.session.get_one(Member, row.author_id)
    page = queries.recipients(row, author, now).where(Member.id > row.reached).order_by(Member.id).limit(PER_TICK)
    return row, list(db.session.scalars(page))


def mark_written(announcement: Announcement, members: list[int], now: datetime) -> None:
    """So many more are written; without any they all are."""
    if members:
        announcement.written += len(members)
        announcement.reached = members[-1]
    else:
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
    _require_theirs(author, audience, audience_id)
    language = "en" if words.get("language") == "en" else "vi"
    return {**texts, "language": language, "audience": audience, "audience_id": audience_id}


def _require_theirs(author: Member, audience: str, audience_id: int) -> None:
    """Units and campaigns are somebody's; a field is everybody's, and only one's own units hear of it."""
    if audience == "unit":
        theirs = policy.can(author, "announce", audience_id)
    elif audience == "campaign":
        campaign = db.session.get(Campaign, audience_id)
        theirs = campaign is not None and policy.can(author, "announce", campaign)
    else:
        theirs = audience_id in reference().field_by_id and policy.can(author, "announce")
    if not theirs:
        raise Missing


def _move(row: Announcement, old: tuple[str, ...], new: str, *conditions: Any, **values: Any) -> None:
    step = update(Announcement).where(Announcement.id == row.id, Announcement.state.in_(old), *conditions)
    step = step.values(state=new, **values).returning(Announcement.id)
    if db.session.scalar(step.execution_options(synchronize_session=False)) is None:
        raise Conflict(MOVED_ON)
