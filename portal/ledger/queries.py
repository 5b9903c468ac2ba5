"""What happened to every letter, and how the post is doing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, func, literal_column, or_, select, text

from portal.accounts.consents import Guardianship
from portal.accounts.models import Member, SignInAttempt
from portal.database import db
from portal.ideas.models import Idea
from portal.notifications.models import IS_HELD, IS_PENDING, STATES, Letter, LetterPause
from portal.notifications.telling import CODES
from portal.outbox.models import IS_DEAD, IS_OPEN, Fact

PAGE = 30
RATE_OVER = timedelta(minutes=5)
LATE = timedelta(seconds=60)
MANY_DEAD = 20  # in an hour
RETURNED = "returned"
"""What a sent letter is called once it came back."""
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Entry:
    """A letter, whom it is to, and what it is about."""

    letter: Letter
    recipient: Member | None
    asked_by: str | None  # the address of a code, which has no recipient yet
    guardian: str | None  # of a child, whose letters go there
    title: str | None

    @property
    def address(self) -> str | None:
        """Where it went, or goes if that is still to be."""
        if self.recipient is None:
            return self.asked_by
        to_guardian = self.recipient.purposes is not None or self.letter.kind.startswith("guardian_")
        return self.guardian if self.guardian and to_guardian else self.recipient.email


@dataclass(frozen=True)
class Health:
    """How the post is doing, and what comes before a letter: the facts. `oldest_due` is None if nothing is due."""

    waiting: int
    oldest_due: timedelta | None
    per_minute: float
    dead_in_hour: int
    paused_at: datetime | None
    oldest_fact: timedelta | None
    dead_facts: int
    dead_facts_in_hour: int

    @property
    def late(self) -> bool:
        return self.oldest_due is not None and self.oldest_due > LATE

    @property
    def facts_late(self) -> bool:
        return self.oldest_fact is not None and self.oldest_fact > LATE

    @property
    def dying(self) -> bool:
        return self.dead_in_hour > MANY_DEAD


def health(now: datetime) -> Health:
    """In one statement: the page has other things to ask."""
    due = select(func.min(Letter.next_at)).where(IS_PENDING, Letter.next_at <= now)
    lapsed = select(func.min(Letter.lease_until)).where(IS_HELD, Letter.lease_until < now)
    row = db.session.execute(
        select(
            _counted(text("state IN ('pending', 'claimed', 'sending')"), Letter.next_at <= now).label("waiting"),
            due.scalar_subquery().label("due"),
            lapsed.scalar_subquery().label("lapsed"),
            _counted(Letter.sent_at > now - RATE_OVER).label("sent"),
            _counted(text("state = 'dead'"), Letter.next_at > now - HOUR).label("dead"),
            select(LetterPause.at).scalar_subquery().label("paused"),
            select(func.min(Fact.next_at)).where(IS_OPEN, Fact.next_at <= now).scalar_subquery().label("fact_due"),
            select(func.count(Fact.id)).where(IS_DEAD).scalar_subquery().label("dead_facts"),
            select(func.count(Fact.id)).where(IS_DEAD, Fact.next_at > now - HOUR).scalar_subquery().label("fallen"),
        )
    ).one()
    oldest = min((moment for moment in (row.due, row.lapsed) if moment), default=None)
    return Health(
        waiting=row.waiting,
        oldest_due=now - oldest if oldest else None,
        per_minute=row.sent / (RATE_OVER / timedelta(minutes=1)),
        dead_in_hour=row.dead,
        paused_at=row.paused,
        oldest_fact=now - row.fact_due if row.fact_due else None,
        dead_facts=row.dead_facts,
        dead_facts_in_hour=row.fallen,
    )


def by_state(now: datetime) -> dict[str, int]:
    """Letters by state; of the sent ones, which are most, only those of the last hour."""
    live = _counts(IS_PENDING) | _counts(IS_HELD)
    ended = _counts(text("state IN ('dead', 'uncertain', 'cancelled')"))
    return {
        **dict.fromkeys(STATES, 0),
        **live,
        **ended,
        "sent": db.session.scalar(select(_counted(Letter.sent_at > now - HOUR))) or 0,
    }


def page(asked: str, idea_id: int | None, state: str | None, after: int | None) -> tuple[list[Entry], int | None]:
    """Letters newest first: about an idea, or to whom was `asked` for (an address or a handle), in a state."""
    rows = _entries().order_by(Letter.id.desc()).limit(PAGE + 1)
    if idea_id is not None:
        rows = rows.where(Letter.idea_id == idea_id)
    elif asked:
        rows = rows.where(_to(asked))
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
    """An address or a handle, whole: the post is not for browsing people."""
    word = asked.lower()
    people = select(Member.id).where(or_(Member.email == word, Member.handle == word.removeprefix("@")))
    children = select(Guardianship.member_id).where(Guardianship.email == word)
    attempts = db.session.scalars(select(SignInAttempt.id).where(SignInAttempt.email == word)).all()
    readers = db.session.scalars(people.union(children)).all()  # looked up first: so the index of each part serves
    codes = [f"{kind}:{attempt_id}" for kind in CODES for attempt_id in attempts]
    return or_(Letter.recipient_id.in_(readers), Letter.dedup_key.in_(codes))


def _entries() -> Select[Any]:
    guardian = Guardianship.email.label("guardian")
    columns: tuple[Any, ...] = (Letter, Member, SignInAttempt.email, guardian, Idea.title)
    return (
        select(*columns)
        .outerjoin(Member, Member.id == Letter.recipient_id)
        .outerjoin(Guardianship, Guardianship.member_id == Letter.recipient_id)
        .outerjoin(
            SignInAttempt,
            (Letter.recipient_id.is_(None)) & (SignInAttempt.id == Letter.payload["attempt_id"].as_integer()),
        )
        .outerjoin(Idea, Idea.id == Letter.idea_id)
    )


def _entry(row: Any) -> Entry:
    return Entry(row.Letter, row.Member, row.email, row.guardian, row.title)


def _counted(*where: Any) -> Any:
    return select(func.count()).select_from(Letter).where(*where).scalar_subquery()


def _counts(where: Any) -> dict[str, int]:
    rows = db.session.execute(select(Letter.state, func.count()).where(where).group_by(Letter.state))
    return {state: count for state, count in rows}  # noqa: C416  # rows are not pairs to a type checker
