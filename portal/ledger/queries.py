"""What happened to every letter, and how the post is doing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, func, literal, literal_column, or_, select, text

from portal.accounts.models import Member, SignInAttempt
from portal.database import db
from portal.ideas.models import Idea
from portal.notifications.models import IS_HELD, IS_PENDING, STATES, Letter, LetterPause

PAGE = 30
RATE_OVER = timedelta(minutes=5)
LATE = timedelta(seconds=60)
MANY_DEAD = 20  # in an hour
HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Entry:
    """A letter, whom it is to, and what it is about."""

    letter: Letter
    recipient: Member | None
    asked_by: str | None  # the address of a sign-in code, which has no recipient yet
    title: str | None


@dataclass(frozen=True)
class Health:
    """How the post is doing. `oldest_due` is None if nothing is due."""

    waiting: int
    oldest_due: timedelta | None
    per_minute: float
    dead_in_hour: int
    paused_at: datetime | None

    @property
    def late(self) -> bool:
        return self.oldest_due is not None and self.oldest_due > LATE

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
        )
    ).one()
    oldest = min((moment for moment in (row.due, row.lapsed) if moment), default=None)
    return Health(
        waiting=row.waiting,
        oldest_due=now - oldest if oldest else None,
        per_minute=row.sent / (RATE_OVER / timedelta(minutes=1)),
        dead_in_hour=row.dead,
        paused_at=row.paused,
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
    if state in STATES:
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
    codes = select(literal("sign_in_code:") + cast(SignInAttempt.id, String)).where(SignInAttempt.email == word)
    return or_(Letter.recipient_id.in_(people), Letter.dedup_key.in_(codes))


def _entries() -> Select[Any]:
    columns: tuple[Any, ...] = (Letter, Member, SignInAttempt.email, Idea.title)
    return (
        select(*columns)
        .outerjoin(Member, Member.id == Letter.recipient_id)
        .outerjoin(
            SignInAttempt,
            (Letter.recipient_id.is_(None)) & (SignInAttempt.id == Letter.payload["attempt_id"].as_integer()),
        )
        .outerjoin(Idea, Idea.id == Letter.idea_id)
    )


def _entry(row: Any) -> Entry:
    return Entry(row.Letter, row.Member, row.email, row.title)


def _counted(*where: Any) -> Any:
    return select(func.count()).select_from(Letter).where(*where).scalar_subquery()


def _counts(where: Any) -> dict[str, int]:
    rows = db.session.execute(select(Letter.state, func.count()).where(where).group_by(Letter.state))
    return {state: count for state, count in rows}  # noqa: C416  # rows are not pairs to a type checker
