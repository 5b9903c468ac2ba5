"""An idea as a row of an export: what everybody may read, and nothing about who wrote it."""

from __future__ import annotations

import io
import json
import re
import zlib
from collections.abc import Iterable, Iterator
from datetime import UTC, date
from typing import Any

from openpyxl import Workbook
from sqlalchemy import select

from portal.accounts import terms
from portal.accounts.models import Member
from portal.campaigns.models import Campaign
from portal.database import db
from portal.ideas.models import Idea
from portal.ideas.queries import Card
from portal.ideas.states import PUBLIC
from portal.sheets import Sheet, safe

COLUMNS = (
    "id", "url", "title", "summary", "problem", "solution", "start", "impact", "language", "field", "unit", "campaign",
    "status", "votes", "comments", "created_at", "published_at",
)  # fmt: skip
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""What a workbook may not hold."""

Line = dict[str, Any]


def lines(cards: list[Card], base_url: str, *, adults_only: date | None = None) -> list[Line]:
    """The rows of a page of a list; with a day, without what somebody wrote who is under age on it."""
    texts = (Idea.id, Idea.problem, Idea.solution, Idea.summary, Idea.start, Idea.impact, Idea.created_at, Member)
    query = select(*texts).join(Member, Member.id == Idea.author_id).where(Idea.id.in_([card.id for card in cards]))
    found = {row.id: row for row in db.session.execute(query)}
    campaigns = {row.id: row.slug for row in db.session.execute(select(Campaign.id, Campaign.slug))}
    kept = [card for card in cards if card.id in found and _may_go_out(found[card.id].Member, adults_only)]
    return [_line(card, found[card.id], campaigns, base_url) for card in kept]


def _may_go_out(author: Member, day: date | None) -> bool:
    return day is None or not (author.is_child or terms.is_minor(author, day))


def _line(card: Card, row: Any, campaigns: dict[int, str], base_url: str) -> Line:
    return {
        "id": card.id,
        "url": f"{base_url}/y-tuong/{card.id}",
        "title": card.title,
        **{name: getattr(row, name) for name in ("summary", "problem", "solution", "start", "impact")},
        "language": card.language,
        "field": card.field.code,
        "unit": card.unit.code if card.unit else None,
        "campaign": campaigns.get(card.campaign_id or 0),
        "status": card.status,
        "votes": card.votes,
        "comments": card.comments,
        "created_at": _time(row.created_at),
        "published_at": _time(card.published_at),
    }


def _time(moment: Any) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def pack(some: Iterable[Line]) -> bytes:
    return zlib.compress("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in some).encode())


def unpack(packed: bytes) -> list[Line]:
    return [json.loads(line) for line in zlib.decompress(packed).decode().splitlines()]


def still_public(some: list[Line]) -> list[Line]:
    """What was taken from the page since the file was made is not in it any more."""
    ids = select(Idea.id).where(Idea.id.in_([line["id"] for line in some]), Idea.status.in_(PUBLIC))
    public = set(db.session.scalars(ids))
    return [line for line in some if line["id"] in public]


def as_jsonl(pages: Iterable[list[Line]]) -> Iterator[bytes]:
    for some in pages:
        yield "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in some).encode()


def as_csv(pages: Iterable[list[Line]]) -> Iterator[bytes]:
    """With a signature, or Excel garbles Vietnamese; no cell runs as a formula."""
    text = io.StringIO()
    sheet = Sheet(text, COLUMNS)
    yield text.getvalue().encode(Sheet.ENCODING)
    for some in pages:
        text.seek(0)
        text.truncate()
        for line in some:
            sheet.write(line[name] for name in COLUMNS)
        yield text.getvalue().encode()


def as_workbook(pages: Iterable[list[Line]]) -> bytes:
    """No cell runs as a formula."""
    book, file = Workbook(write_only=True), io.BytesIO()
    sheet = book.create_sheet("Nảy")
    sheet.append(COLUMNS)
    for some in pages:
        for line in some:
            sheet.append([_cell(line[name]) for name in COLUMNS])
    book.save(file)
    return file.getvalue()


def _cell(value: Any) -> Any:
    return safe(CONTROL.sub("", value)) if isinstance(value, str) else value
