"""A member's notices: grouped by what they are about for the page, one after the other for the API."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Select, case, func, literal, select
from sqlalchemy.orm import aliased

from portal import text
from portal.accounts.models import Member
from portal.database import UtcDateTime, db
from portal.discussion.models import Comment
from portal.ideas.models import Idea
from portal.notices.models import Notice, NoticeMute, under_the_bell, visible, with_subject

THREADS, LINES = 20, 3
LETTER = 300  # more news than anybody reads in one letter
QUOTE = 120  # characters of a comment
WRITER = aliased(Member)


@dataclass(frozen=True)
class Told:
    """One notice with what its words need."""

    id: int
    kind: str
    thread: str
    created_at: datetime
    read_at: datetime | None
    idea_id: int | None
    title: str | None
    language: str | None
    status: str | None
    comment_id: int | None
    writer: str | None
    quote: str

    @property
    def number(self) -> int:
        """Of what its thread is about: of "report:12" it is 12."""
        return int(self.thread.split(":")[1])

    @property
    def slug(self) -> str:
        return text.slug(self.title or "")


@dataclass(frozen=True)
class Thread:
    """All that is new about one thing: the newest lines, and how many there are."""

    key: str
    lines: list[Told]
    total: int
    unread: int

    @property
    def newest(self) -> Told:
        return self.lines[0]


@dataclass(frozen=True)
class Page:
    """Threads, the one with the newest line first; `after` leads to the next ones."""

    threads: list[Thread]
    after: int | None


def page(member_id: int, after: int | None, now: datetime) -> Page:
    """One page of threads, in one query."""
    ranked = _ranked(member_id, now).subquery()
    rows = (
        _told(ranked.c.total, ranked.c.unread)
        .join(ranked, ranked.c.id == Notice.id)
        .where(ranked.c.place <= LINES)
        .order_by(ranked.c.newest.desc(), Notice.id.desc())
        .limit((THREADS + 1) * LINES)
    )
    if after is not None:
        rows = rows.where(ranked.c.newest < after)
    threads = list(_threads(db.session.execute(rows)))
    more = len(threads) > THREADS
    return Page(threads[:THREADS], threads[THREADS - 1].newest.id if more else None)


def flat(member_id: int, after: int | None, limit: int, now: datetime) -> tuple[list[Told], int | None]:
    """Notices newest first, and where the list goes on."""
    mine = (Notice.member_id == member_id, under_the_bell(_at(now)))
    rows = _told().where(*mine).order_by(Notice.id.desc()).limit(limit + 1)
    if after is not None:
        rows = rows.where(Notice.id < after)
    found = [_shown(row) for row in db.session.execute(rows)]
    return found[:limit], found[limit - 1].id if len(found) > limit else None


def in_letter(letter_id: int, member_id: int, now: datetime) -> list[Told]:
    """What went into a letter and is still unread and to be seen, newest first."""
    mine = (Notice.letter_id == letter_id, Notice.member_id == member_id, Notice.read_at.is_(None))
    rows = _told().where(*mine, visible(_at(now))).order_by(Notice.id.desc()).limit(LETTER)
    return [_shown(row) for row in db.session.execute(rows)]


def muted(member_id: int) -> set[str]:
    """The categories a member does not want to see under the bell."""
    return set(db.session.scalars(select(NoticeMute.category).where(NoticeMute.member_id == member_id)))


def among(ids: Sequence[int], now: datetime) -> list[tuple[Member, Told]]:
    """Those of some notices that may be shown and are unread, each with its member, for their devices."""
    rows = _told(Member).join(Member, Member.id == Notice.member_id).where(Notice.id.in_(ids), visible(_at(now)))
    rows = rows.where(Notice.read_at.is_(None), Notice.quiet.is_(False), Member.status == "active").order_by(Notice.id)
    return [(row.Member, _shown(row)) for row in db.session.execute(rows)]


def visible_ids(member_id: int, now: datetime) -> Select[tuple[int]]:
    return with_subject(select(Notice.id)).where(Notice.member_id == member_id, under_the_bell(_at(now)))


def _ranked(member_id: int, now: datetime) -> Select[Any]:
    """Each visible notice with its place in its thread and the thread's figures."""
    thread: dict[str, Any] = {"partition_by": Notice.thread}
    unread = func.count(case((Notice.read_at.is_(None), 1)))
    return visible_ids(member_id, now).add_columns(
        func.row_number().over(**thread, order_by=Notice.id.desc()).label("place"),
        func.max(Notice.id).over(**thread).label("newest"),
        func.count().over(**thread).label("total"),
        unread.over(**thread).label("unread"),
    )


def _told(*more: Any) -> Select[Any]:
    columns = (Notice, Idea.title, Idea.language, Idea.status, Comment.body, WRITER.display_name)
    return with_subject(select(*columns, *more)).outerjoin(WRITER, WRITER.id == Comment.member_id)


def _at(now: datetime) -> Any:
    return literal(now, UtcDateTime)


def _shown(row: Any) -> Told:
    notice = row.Notice
    names = ("id", "kind", "thread", "created_at", "read_at", "idea_id", "comment_id")
    return Told(
        **{name: getattr(notice, name) for name in names},
        title=row.title,
        language=row.language,
        status=row.status,
        writer=row.display_name,
        quote=text.excerpt(row.body or "", QUOTE),
    )


def _threads(rows: Iterable[Any]) -> Iterable[Thread]:
    for key, some in groupby(rows, key=lambda row: row.Notice.thread):
        lines = list(some)
        yield Thread(key, [_shown(row) for row in lines], lines[0].total, lines[0].unread)
