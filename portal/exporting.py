"""Everything in one file: lines of JSON with ids to join them by, or the ideas alone as a spreadsheet."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Select, func, select

from portal.campaigns.models import Campaign
from portal.database import db
from portal.discussion.models import Comment
from portal.errors import Fault
from portal.ideas import answers
from portal.ideas.models import Idea, IdeaRank
from portal.ideas.states import PUBLIC
from portal.moderation.models import Decision
from portal.notifications.models import Letter
from portal.sheets import Sheet
from portal.units.queries import reference
from portal.voting.models import Vote

FETCH = 2_000
IDEA = (
    "id", "title", "summary", "problem", "solution", "start", "impact", "language", "field", "unit", "campaign",
    "campaign_answers", "status", "version", "votes", "comments", "created_at", "published_at",
)  # fmt: skip
IDEA_PRIVATE = ("author_id", "confidential", "source", "external_id", "merged_into_id", "updated_at")
COMMENT_PEOPLE = ("member_id",)

Line = dict[str, Any]


def write(path: Path, *, public: bool) -> Mapping[str, int]:
    """Write the file and return how many lines of each type it holds. It appears whole or not at all."""
    part = path.with_name(path.name + ".part")
    try:
        with part.open("w", encoding=ENCODINGS[path.suffix], newline="") as handle:
            counts = WRITERS[path.suffix](handle, public)
        part.replace(path)
    except OSError as error:
        raise Fault(f"{path} cannot be written: {error.strerror}.") from error
    return counts


def lines(*, public: bool) -> Iterator[Line]:
    """All lines, as of one moment."""
    one_moment()
    yield from idea_lines(public=public)
    yield from comment_lines(public=public)
    if not public:
        for kind, table in (("vote", Vote), ("decision", Decision), ("letter", Letter)):
            for row in stream(select(table.__table__).order_by(*table.__table__.primary_key)):
                yield {"type": kind, **row}


def idea_lines(*, public: bool) -> Iterator[Line]:
    """Ideas with the codes of their field, unit and campaign in place of numbers."""
    votes, comments = func.coalesce(IdeaRank.votes, 0), func.coalesce(IdeaRank.comments, 0)
    query = select(Idea.__table__, votes.label("votes"), comments.label("comments"))
    query = query.select_from(Idea).outerjoin(IdeaRank, IdeaRank.idea_id == Idea.id).order_by(Idea.id)
    if public:
        query = query.where(Idea.status.in_(PUBLIC))
    campaigns = {row.id: row.slug for row in db.session.execute(select(Campaign.id, Campaign.slug))}
    names = IDEA if public else IDEA + IDEA_PRIVATE
    known = reference()
    for row in stream(query):
        row["field"] = known.field_by_id[row["field_id"]].code
        row["unit"] = known.unit_by_id[row["unit_id"]].code if row["unit_id"] else None
        row["campaign_answers"] = answers.to_read(row["answers"])
        row["campaign"] = campaigns.get(row["campaign_id"])
        yield {"type": "idea", **{name: row[name] for name in names}}


def comment_lines(*, public: bool) -> Iterator[Line]:
    query = select(Comment.__table__).order_by(Comment.id)
    if public:
        public_ideas = select(Idea.id).where(Idea.status.in_(PUBLIC))
        query = query.where(Comment.status == "published", Comment.idea_id.in_(public_ideas))
    hidden = COMMENT_PEOPLE if public else ()
    for row in stream(query):
        yield {"type": "comment", **{name: value for name, value in row.items() if name not in hidden}}


def stream(query: Select[Any]) -> Iterator[Line]:
    for row in db.session.execute(query.execution_options(yield_per=FETCH)).mappings():
        yield dict(row)


def one_moment() -> None:
    """PostgreSQL has to be told that all statements should see the same state; SQLite's readers always do."""
    db.session.commit()
    if db.engine.dialect.name == "postgresql":
        db.session.connection(execution_options={"isolation_level": "REPEATABLE READ"})


def plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    raise TypeError(type(value).__name__)


def write_jsonl(handle: IO[str], public: bool) -> Mapping[str, int]:
    counts: Counter[str] = Counter()
    for line in lines(public=public):
        counts[line["type"]] += 1
        handle.write(json.dumps(line, ensure_ascii=False, default=plain) + "\n")
    return counts


def write_csv(handle: IO[str], public: bool) -> Mapping[str, int]:
    one_moment()
    names = IDEA if public else IDEA + IDEA_PRIVATE
    sheet = Sheet(handle, names)
    counts: Counter[str] = Counter()
    for line in idea_lines(public=public):
        counts["idea"] += 1
        sheet.write(_cell(line[name]) for name in names)
    return counts


def _cell(value: Any) -> Any:
    return plain(value) if isinstance(value, datetime) else answers.flat(value)


WRITERS: Mapping[str, Callable[[IO[str], bool], Mapping[str, int]]] = {".jsonl": write_jsonl, ".csv": write_csv}
ENCODINGS = {".jsonl": "utf-8", ".csv": Sheet.ENCODING}
