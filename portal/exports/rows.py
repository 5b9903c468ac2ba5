"""An idea as a row of an export: what everybody may read, and nothing about who wrote it."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC
from typing import Any

from openpyxl import Workbook
from sqlalchemy import select

from portal.campaigns.models import Campaign
from portal.database import db
from portal.ideas import answers
from portal.ideas.models import Idea, IdeaRank
from portal.ideas.states import PUBLIC
from portal.sheets import Sheet, safe
from portal.units.queries import reference

COLUMNS = (
    "id", "url", "title", "summary", "problem", "solution", "start", "impact", "language", "field", "unit", "campaign",
    "campaign_answers", "status", "version", "votes", "comments", "created_at", "published_at",
)  # fmt: skip
READ = (
    "id", "title", "summary", "problem", "solution", "start", "impact", "language", "status", "version",
    "field_id", "unit_id", "campaign_id", "answers", "created_at", "published_at",
)  # fmt: skip
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
"""What a workbook may not hold."""

Line = dict[str, Any]


def lines(idea_ids: Sequence[int], base_url: str) -> list[Line]:
    """What ideas say now, without those that are not public any more."""
    read = (*(getattr(Idea, name) for name in READ), IdeaRank.votes, IdeaRank.comments)
    campaigns = {row.id: row.slug for row in db.session.execute(select(Campaign.id, Campaign.slug))}
    return [_line(row, campaigns, base_url) for row in _public(idea_ids, *read)]


def versions(idea_ids: Sequence[int]) -> list[tuple[int, int]]:
    """Id and version of those ideas that `lines` has a row for; their texts stay unread."""
    return [(row.id, row.version) for row in _public(idea_ids, Idea.id, Idea.version)]


def _public(idea_ids: Sequence[int], *columns: Any) -> list[Any]:
    query = select(*columns).join(IdeaRank, IdeaRank.idea_id == Idea.id)
    found = {row.id: row for row in db.session.execute(query.where(Idea.id.in_(idea_ids), Idea.status.in_(PUBLIC)))}
    return [found[one] for one in idea_ids if one in found]


def _line(row: Any, campaigns: dict[int, str], base_url: str) -> Line:
    known = reference()
    written = {
        "url": f"{base_url}/y-tuong/{row.id}",
        "field": known.field_by_id[row.field_id].code,
        "unit": known.unit_by_id[row.unit_id].code if row.unit_id else None,
        "campaign": campaigns.get(row.campaign_id),
        "campaign_answers": answers.to_read(row.answers),
        "created_at": _time(row.created_at),
        "published_at": _time(row.published_at),
    }
    return {name: written[name] if name in written else getattr(row, name) for name in COLUMNS}


def _time(moment: Any) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


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
            sheet.write(answers.flat(line[name]) for name in COLUMNS)
        yield text.getvalue().encode()


def workbook(pages: Iterable[list[Line]]) -> Workbook:
    """No cell runs as a formula. Packing it with `packed` takes seconds more, and needs no database."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Nảy")
    sheet.append(COLUMNS)
    for some in pages:
        for line in some:
            sheet.append([_cell(answers.flat(line[name])) for name in COLUMNS])
    return book


def packed(book: Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _cell(value: Any) -> Any:
    return safe(CONTROL.sub("", value)) if isinstance(value, str) else value
