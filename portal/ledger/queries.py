"""What happened to every letter."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, literal_column, or_, select

from portal.accounts.consents import Guardianship
from portal.accounts.credentials import SecurityEvent
from portal.accounts.models import Member, SignInAttempt
from portal.database import db
from portal.ideas.models import Idea
from portal.notifications.models import STATES, Letter
from portal.notifications.telling import CODES

PAGE = 30
RETURNED = "returned"
"""What a sent letter is called once it came back."""
MESSAGE_ID = re.compile(r"^(?:Message-ID:)?\s*<?(o\.[0-9a-f]{16}@[^\s<>]+)>?$", re.IGNORECASE)
"""As people copy it out of a mail."""


@dataclass(frozen=True)
class Asked:
    """What somebody looks for: a letter by its number, an idea by its number, or words: an address, a handle, a Message-ID."""

    words: str = ""
    letter_id: int | None = None
    idea_id: int | None = None


@dataclass(frozen=True)
class Entry:
    """A letter, whom it is to, and what it is about."""

    letter: Letter
    recipient: Member | None
    asked_by: str | None  # the address of a code, which has no recipient yet
    guardian: str | None  # of a child, whose letters go there
    former: str | None  # the address somebody has left: that letter goes there
    title: str | None

    @property
    def address(self) -> str | None:
        """Where it went, or goes if that is still to be."""
        if self.recipient is None or self.former:
            return self.former or self.asked_by
        to_guardian = self.recipient.purposes is not None or self.letter.kind.startswith("guardian_")
        return self.guardian if self.guardian and to_guardian else self.recipient.email


def standing(letter: Letter) -> str:
    """Its state, or that it came back after it was sent."""
    return RETURNED if letter.state == "sent" and letter.returned_at else letter.state


def page(asked: Asked, state: str | None, after: int | None) -> tuple[list[Entry], int | None]:
    """Letters newest first: the one, or those about an idea or to somebody, in a state."""
    rows = _entries().order_by(Letter.id.desc()).limit(PAGE + 1)
    if asked.letter_id is not None:
        rows = rows.where(Letter.id == asked.letter_id)
    elif asked.idea_id is not None:
        rows = rows.where(Letter.idea_id == asked.idea_id)
    elif named := MESSAGE_ID.match(asked.words):
        rows = rows.where(Letter.message_id == f"<{named[1]}>")
    elif asked.words:
        rows = rows.where(_to(asked.words))
    if state == RETURNED:
        rows = rows.where(literal_column("letter.state = 'sent'"), Letter.returned_at.is_not(None))
    elif state in STATES:
        rows = rows.where(literal_column(f"letter.state = '{state}'"))  # in so many words the partial indexes serve
    if after is not None:
        rows = rows.where(Letter.id < after)
    found = [_entry(row) for row in db.session.execute(rows)]
    return found[:PAGE], found[PAGE - 1].letter.id if len(found) > PAGE else None


def entry(letter_id: int) -> Entry | None:
    row = db.session.execute(_entries().where(Letter.id == letter_id)).one_or_none()
    return _entry(row) if row else None


def _to(asked: str) -> ColumnElement[bool]:
    """An address or a handle, whole: the post is not for browsing people. An address may be one that somebody has left."""
    word = asked.lower()
    people = select(Member.id).where(or_(Member.email == word, Member.handle == word.removeprefix("@")))
    children = select(Guardianship.member_id).where(Guardianship.email == word)
    former = select(SecurityEvent.member_id).where(SecurityEvent.address == word)
    attempts = db.session.scalars(select(SignInAttempt.id).where(SignInAttempt.email == word)).all()
    readers = db.session.scalars(
        people.union(children, former)
    ).all()  # looked up first: so the index of each part serves
    codes = [f"{kind}:{attempt_id}" for kind in CODES for attempt_id in attempts]
    return or_(Letter.recipient_id.in_(readers), Letter.dedup_key.in_(codes))


def _entries() -> Select[Any]:
    guardian = Guardianship.email.label("guardian")
    former = SecurityEvent.address.label("former")
    columns: tuple[Any, ...] = (Letter, Member, SignInAttempt.email, guardian, former, Idea.title)
    return (
        select(*columns)
        .outerjoin(Member, Member.id == Letter.recipient_id)
        .outerjoin(Guardianship, Guardianship.member_id == Letter.recipient_id)
        .outerjoin(
            SignInAttempt,
            (Letter.recipient_id.is_(None)) & (SignInAttempt.id == Letter.payload["attempt_id"].as_integer()),
        )
        .outerjoin(
            SecurityEvent,
            (Letter.kind == "email_changed") & (SecurityEvent.id == Letter.payload["event_id"].as_integer()),
        )
        .outerjoin(Idea, Idea.id == Letter.idea_id)
    )


def _entry(row: Any) -> Entry:
    return Entry(row.Letter, row.Member, row.email, row.guardian, row.former, row.title)
