"""What letters about consent and about people's data say."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from portal.accounts import queries as accounts
from portal.accounts.consents import PURPOSES, Guardianship
from portal.accounts.links import guardian_token
from portal.accounts.models import Member
from portal.accounts.requests import DataCopy, Erasure
from portal.database import db
from portal.notifications.categories import ALWAYS
from portal.notifications.failures import NotWanted
from portal.notifications.models import Letter
from portal.notifications.recipients import Content, reader_of, to
from portal.settings import Settings


def guardian(letter: Letter, _now: datetime, settings: Settings) -> Content:
    """To a child's guardian: the question, the reminder, or what we wrote down of the answer."""
    row, child = _family(letter)
    if row.state != "waiting" and letter.kind != "guardian_receipt":
        raise NotWanted("the guardian has answered")
    given = accounts.standing(child.id)["guardian"]
    deadline = row.asked_at + timedelta(seconds=settings.guardian_deadline)
    values = {
        "name": row.wished_name or child.display_name,
        "state": row.state,
        "token": guardian_token(settings, row.key),
        "choices": [PURPOSES[name].label for name in PURPOSES if name in given],
        "deleted_at": deadline if row.state == "waiting" else row.next_at,
        "contact": settings.contact,
    }
    return Content(str(row.email), row.language, values)


def renewal(letter: Letter, _now: datetime, settings: Settings) -> Content:
    """To a guardian whose yes was to words that say more by now."""
    row, child = _family(letter)
    given = accounts.standing(child.id)["guardian"]
    asked = [PURPOSES[name] for name in letter.payload["purposes"].split() if name not in given]
    if row.state != "agreed" or not asked:
        raise NotWanted("the guardian has answered")
    values = {"name": row.wished_name or child.display_name, "asked": asked, "token": guardian_token(settings, row.key)}
    return Content(str(row.email), row.language, values)


def _family(letter: Letter) -> tuple[Guardianship, Member]:
    """A guardian who can be written to, and the child. Raises NotWanted once the address is forgotten."""
    both = select(Guardianship, Member).join(Member, Member.id == Guardianship.member_id)
    found = both.where(Guardianship.id == letter.payload["guardianship_id"])
    row, child = db.session.execute(found.execution_options(populate_existing=True)).one()
    if row.email is None:
        raise NotWanted("the child's data are erased")
    return row, child


def erasure_asked(letter: Letter, _now: datetime, _settings: Settings) -> Content:
    wish = db.session.get_one(Erasure, letter.payload["erasure_id"], populate_existing=True)
    if wish.due_at is None:
        raise NotWanted("the wish was taken back, or is fulfilled")
    return to(reader_of(letter, ALWAYS), due_at=wish.due_at, keep_ideas=wish.keep_ideas)


def erasure_done(letter: Letter, _now: datetime, _settings: Settings) -> Content:
    """To the address kept for this letter alone."""
    wish = db.session.get_one(Erasure, letter.payload["erasure_id"], populate_existing=True)
    if wish.receipt_to is None:
        raise NotWanted("the address is forgotten")
    values = {"done_at": wish.done_at, "keep_ideas": wish.keep_ideas, "number": wish.id}
    return Content(wish.receipt_to, wish.language, values)


def data_ready(letter: Letter, now: datetime, settings: Settings) -> Content:
    """A child's guardian fetches the copy from their own page."""
    copy = db.session.get(DataCopy, letter.payload["copy_id"], populate_existing=True)
    if copy is None or copy.expires_at is None or copy.expires_at < now:
        raise NotWanted("the copy has expired")
    guardian = accounts.guardianship_of(copy.member_id)
    token = guardian_token(settings, guardian.key) if guardian else None
    return to(reader_of(letter, ALWAYS), expires_at=copy.expires_at, token=token)
