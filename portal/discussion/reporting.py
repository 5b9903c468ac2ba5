"""Reports: one per member and thing, kept for a visitor until they sign in, settled by whoever decides about the thing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from portal.accounts import limits
from portal.accounts.models import Member
from portal.database import db, insert_ignore
from portal.discussion import rules
from portal.discussion.events import ContentReported
from portal.discussion.models import Comment, Report
from portal.errors import N_, Missing, Refusal
from portal.ideas import states
from portal.ideas.models import Idea
from portal.outbox import services as outbox

HOLD_FOR = timedelta(days=7)
ANSWER_WITHIN = timedelta(days=1)
OPEN = Report.settled_at.is_(None)
OWN = N_("Đây là bài của bạn: bạn sửa hoặc rút được, không cần báo cáo.")


@dataclass(frozen=True)
class Thing:
    """What is reported: an idea, or a comment on it, with whose it is."""

    idea: Idea
    comment: Comment | None = None

    @property
    def subject(self) -> str:
        return f"comment:{self.comment.id}" if self.comment else f"idea:{self.idea.id}"

    @property
    def writer_id(self) -> int:
        return self.comment.member_id if self.comment else self.idea.author_id


def thing(idea_id: int | None, comment_id: int | None) -> Thing:
    """What can be reported: what the public can read. Raises Missing."""
    comment = db.session.get(Comment, comment_id, populate_existing=True) if comment_id else None
    if comment_id and (comment is None or comment.status != "published" or idea_id not in {None, comment.idea_id}):
        raise Missing
    idea = db.session.get(Idea, comment.idea_id if comment else idea_id, populate_existing=True)
    if idea is None or idea.status not in states.READABLE or idea.published_at is None:
        raise Missing
    return Thing(idea, comment)


def report(member: Member, what: Thing, reason: str, note: str, now: datetime) -> Report:
    """Say that a person should look at something. The second time changes nothing and gives the first back.

    Raises Invalid, Refusal for one's own text, and TooMany.
    """
    reason, note = rules.check_report(reason, note)
    if what.writer_id == member.id:
        raise Refusal(OWN)
    if earlier := report_of(member.id, what.subject):
        return earlier
    limits.take("report:account", str(member.id), now)
    return _insert(what, reason, note, now, member_id=member.id)


def hold(visitor: str, what: Thing, reason: str, note: str, now: datetime) -> None:
    """Keep a visitor's report until they sign in on this browser; the newest words count. Raises Invalid."""
    reason, note = rules.check_report(reason, note)
    db.session.execute(delete(Report).where(Report.visitor == visitor, Report.subject == what.subject))
    _insert(what, reason, note, now, visitor=visitor)


def held(visitor: str | None, now: datetime) -> Sequence[Report]:
    """What a browser's visitor has reported and not signed in for, oldest first."""
    mine = select(Report).where(Report.visitor == visitor, Report.created_at > now - HOLD_FOR)
    return db.session.scalars(mine.order_by(Report.id)).all() if visitor else []


def send_held(visitor: str, member: Member, now: datetime) -> list[Report]:
    """Everything a browser's visitor has reported becomes the report of whoever signs in there."""
    held = db.session.scalars(delete(Report).where(Report.visitor == visitor).returning(Report)).all()
    sent = []
    for each in sorted(held, key=lambda one: one.created_at):
        if each.created_at > now - HOLD_FOR:
            try:
                what = thing(each.idea_id, each.comment_id)
                sent.append(report(member, what, each.reason, each.note, now))
            except Refusal:  # their own text, gone meanwhile, or too many: nothing that should stop a sign-in
                continue
    return sent


def report_of(member_id: int, subject: str) -> Report | None:
    return db.session.scalar(select(Report).where(Report.member_id == member_id, Report.subject == subject))


def own_report(report_id: int, member_id: int) -> Report:
    """A report for the eyes of its writer. Raises Missing for everybody else's."""
    mine = select(Report).where(Report.id == report_id, Report.member_id == member_id)
    found = db.session.scalar(mine.execution_options(populate_existing=True))
    if found is None:
        raise Missing
    return found


def open_reports(subject: str) -> Sequence[Report]:
    """Reports of a thing that nobody has decided about yet, oldest first."""
    unsettled = (Report.subject == subject, OPEN, Report.member_id.is_not(None))
    return db.session.scalars(select(Report).where(*unsettled).order_by(Report.id)).all()


def settle(subject: str, upheld: bool, now: datetime) -> list[int]:
    """What was decided, written to all open reports of a thing; returns their ids."""
    return _settled(subject, OPEN, upheld=upheld, settled_at=now)


def judge_again(subject: str, settled_at: datetime, *, upheld: bool) -> list[int]:
    """Somebody else has looked at what was decided then, and sees it so; returns the ids of the reports."""
    return _settled(subject, Report.settled_at == settled_at, upheld=upheld)


def let_go(subject: str, now: datetime) -> list[int]:
    """The thing is gone before anybody has judged it: that speaks neither for nor against who reported it."""
    return _settled(subject, OPEN, settled_at=now)


def unsettle(subject: str, settled_at: datetime) -> list[int]:
    """Take that back; the reports are open again."""
    return _settled(subject, Report.settled_at == settled_at, upheld=None, settled_at=None)


def sweep(now: datetime) -> None:
    """Forget what visitors reported and never signed in for."""
    db.session.execute(delete(Report).where(Report.member_id.is_(None), Report.created_at < now - HOLD_FOR))


def _settled(subject: str, which: object, **values: object) -> list[int]:
    change = update(Report).where(Report.subject == subject, Report.member_id.is_not(None), which)  # type: ignore[arg-type]
    change = change.values(**values).returning(Report.id).execution_options(synchronize_session=False)
    return sorted(db.session.scalars(change))


def _insert(what: Thing, reason: str, note: str, now: datetime, **whose: object) -> Report:
    values = {
        "subject": what.subject,
        "idea_id": what.idea.id,
        "comment_id": what.comment.id if what.comment else None,
        "reason": reason,
        "note": note,
        "created_at": now,
        **whose,
    }
    report_id = db.session.scalar(insert_ignore(Report).values(**values).returning(Report.id))
    if report_id is None:  # the same person in another window, at the same moment
        return db.session.scalars(select(Report).filter_by(subject=what.subject, **whose)).one()
    if whose.get("member_id"):
        outbox.record(ContentReported(report_id))
    return db.session.get_one(Report, report_id)
