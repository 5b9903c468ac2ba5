"""The rows of a file that was sent, on their way to being ideas: looked over by its sender, added by the worker, taken back."""

from __future__ import annotations

import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import select, true, update
from sqlalchemy.exc import OperationalError

from portal.accounts import policy
from portal.accounts.models import Member
from portal.audit import services as audit
from portal.database import db, portions
from portal.errors import N_, Conflict, Fault, Refusal
from portal.ideas import search
from portal.ideas import services as ideas
from portal.ideas.models import Idea
from portal.ideas.search import Twin
from portal.ideas.states import PUBLIC
from portal.importing import columns, queries
from portal.importing.models import IS_RUNNING, SentFile, SentRow
from portal.importing.reading import Reader
from portal.importing.rows import Row
from portal.importing.services import Import, Outcome
from portal.units.queries import reference

log = logging.getLogger(__name__)

BATCH = 25
PREVIEW = 8
MOST_ATTEMPTS = 3


def plan(parts: Mapping[str, Sequence[str]], names: Sequence[str]) -> columns.Plan:
    """Raises Refusal if no column tells a text."""
    try:
        return columns.settle({part: tuple(some) for part, some in parts.items()}, names)
    except Fault as fault:
        raise Refusal(N_("Chọn ít nhất một cột có chữ: vấn đề, ý tưởng hoặc tên ý tưởng."), field="problem") from fault


def preview(file: SentFile) -> list[tuple[Outcome, Twin | None]]:
    """The first rows as they would be judged now, each with the public idea most like it; nothing is written.

    Raises Refusal if no column tells a text.
    """
    outcomes = _job(file).judge([_row(row) for row in queries.first_rows(file.id, PREVIEW)])
    return [(one, _like(one)) for one in outcomes]


def _like(outcome: Outcome) -> Twin | None:
    if outcome.found is None or outcome.kind != "added":
        return None
    return next(iter(search.similar(outcome.found.content.title, 1)), None)


def work(now: datetime) -> bool:
    """Judge the next rows of a file, and write their ideas. False if there is none, or if that went wrong.

    One transaction: a worker that is killed has done a batch or has not. A file nothing can be done with keeps nobody
    waiting: it goes behind all others, its rows are tried one at a time, and the third time in a row it is given up.
    """
    waiting = select(SentFile).where(IS_RUNNING).order_by(SentFile.attempts, SentFile.id).limit(1)
    file = db.session.scalar(waiting.with_for_update(skip_locked=True).execution_options(populate_existing=True))
    if file is None:
        return False
    rows = queries.waiting_rows(file.id, 1 if file.attempts else BATCH)
    if not rows:
        file.state, file.ended_at = "done", now
        return True
    try:
        with db.session.begin_nested():
            _add(file, rows, now)
    except OperationalError:  # the database, and no fault of the file's
        raise
    except Exception:
        log.exception("file %s could not be added from row %s on", file.id, rows[0].number)
        file.attempts += 1
        if file.attempts >= MOST_ATTEMPTS:
            file.state, file.ended_at = "failed", now
        return False
    file.attempts = 0
    return True


def _add(file: SentFile, rows: Sequence[SentRow], now: datetime) -> None:
    taken = queries.taken_rows(file.id)
    theirs = {row.idea_id for row in taken}
    job = _job(file, first_row={row.fingerprint: row.number for row in taken})
    outcomes = job.add([_row(row) for row in rows], now)
    of_row = _ideas(outcomes)
    for row, outcome in zip(rows, outcomes, strict=True):
        row.outcome, row.reason, row.faults = outcome.kind, outcome.reason.replace(" ", "_"), said(outcome)
        if outcome.found:
            row.title = outcome.found.content.title[:120]
            row.idea_id = None if outcome.kind == "refused" else of_row[outcome.found.fingerprint]
        if outcome.kind == "added" and row.idea_id:
            theirs.add(row.idea_id)
            row.twin_id = _twin(row.title, row.idea_id, theirs)


def said(outcome: Outcome) -> list[list[Any]]:
    """What is wrong with a row, or was left out of it, as (part, message, params)."""
    faults = [[part, fault.message, fault.params] for part, fault in outcome.faults.items()]
    missed = outcome.found.missed if outcome.found else ()
    not_understood = N_("Không hiểu “%(value)s” nên bỏ qua")
    return faults + [[part, not_understood, {"value": value}] for part, value in missed]


def take_back(sender: Member, file_id: int, now: datetime) -> int:
    """Withdraw what came of a file and waits untouched for a moderator; returns how many ideas. Raises Missing and Conflict.

    The same rows can be sent again, with other columns.
    """
    file = queries.show(file_id, sender)
    if file.state not in {"done", "failed"}:
        raise Conflict(N_("Tệp này chưa nhập xong."))
    gone = ideas.withdraw_imported(queries.added(file.id), sender, now)
    for some in portions(gone):
        theirs = (SentRow.file_id == file.id, SentRow.idea_id.in_(some))
        undone = update(SentRow).where(*theirs, SentRow.outcome == "added").values(outcome="undone", twin_id=None)
        db.session.execute(undone.execution_options(synchronize_session=False))
    if gone:
        audit.record(sender.id, "ideas.unimport", "file", file.id, {"ideas": len(gone), "unit": file.unit_id})
    return len(gone)


def _job(file: SentFile, first_row: Mapping[str, int] | None = None) -> Import:
    """Rows without a unit are the file's; those of a unit its sender does not govern are refused."""
    known, sender = reference(), db.session.get_one(Member, file.member_id, populate_existing=True)
    units = policy.units_of(sender, "organise")
    codes = None if units is None else {unit.code for unit in known.units if unit.id in units}
    reader = Reader(
        plan(file.parts, file.columns),
        field=file.field,
        unit=known.unit_by_id[file.unit_id].code,
    )
    return Import(
        reader, file.token, "waiting", units=codes, hides_authors=True, minors=file.minors, first_row=first_row
    )


def _row(row: SentRow) -> Row:
    return Row(row.number, row.line, row.cells, row.fault)


def _twin(title: str, idea_id: int, theirs: Collection[int]) -> int | None:
    """An earlier idea with a title like this one's: everybody's, or of the same file, where papers repeat each other."""
    twins = search.similar(title, leave_out=idea_id, which=true())
    known = (twin.id for twin in twins if twin.id < idea_id and (twin.status in PUBLIC or twin.id in theirs))
    return next(known, None)


def _ideas(outcomes: Sequence[Outcome]) -> dict[str, int]:
    """The ideas rows came to, or are, by fingerprint."""
    prints = [one.found.fingerprint for one in outcomes if one.found and one.kind != "refused"]
    rows = db.session.execute(select(Idea.external_id, Idea.id).where(Idea.external_id.in_(prints)))
    return {str(number): idea_id for number, idea_id in rows}
