"""A file of collected ideas on its way: sent, its columns chosen, looked over, added by the worker, forgotten."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import delete, insert, select, true, update

from portal.accounts import policy
from portal.accounts.events import MemberErased
from portal.accounts.models import Member
from portal.audit import services as audit
from portal.database import db
from portal.errors import N_, Conflict, Missing, Refusal
from portal.ideas import search
from portal.ideas.models import Idea
from portal.ideas.states import PUBLIC
from portal.importing import columns, queries, tables, workbooks
from portal.importing.faults import Fault
from portal.importing.models import IS_RUNNING, SentFile, SentRow
from portal.importing.reading import Reader
from portal.importing.rows import Row, Table
from portal.importing.services import Import, Outcome
from portal.units.queries import reference

MOST_ROWS = 5_000
MOST_COLUMNS = 64
BATCH = 25
PREVIEW = 8
KEEP = timedelta(days=30)
FAULTS = {
    "encoding": N_("Tệp này không viết bằng UTF-8. Trong Excel chọn lưu kiểu “CSV UTF-8”, hoặc gửi tệp XLSX."),
    "no_table": N_("Tệp này không đọc được thành bảng. Lưu lại bằng Excel kiểu XLSX rồi gửi lại."),
    "no_header": N_("Dòng đầu cần ghi tên các cột, ví dụ: Tên ý tưởng, Vấn đề, Giải pháp."),
    "doubled": N_("Có hai cột trùng tên. Đổi tên một cột rồi gửi lại."),
    "no_rows": N_("Trong tệp không có dòng nào dưới tên cột."),
    "too_large": N_("Tệp này quá lớn. Chia thành vài tệp nhỏ."),
}


def read(path: Path) -> Table:
    """The table in a file that was sent. Raises Refusal in words for its sender."""
    try:
        table = tables.open_table(path, workbooks.open_sent)
    except Fault as fault:
        raise Refusal(FAULTS.get(fault.kind, FAULTS["no_table"]), field="file") from fault
    if table.size > MOST_ROWS:
        raise Refusal(
            N_("Tệp có %(size)s dòng; mỗi lần nhận nhiều nhất %(most)s."), field="file", size=table.size, most=MOST_ROWS
        )
    if len(table.columns) > MOST_COLUMNS:  # each is offered for each part of an idea
        raise Refusal(N_("Tệp có quá nhiều cột. Giữ lại những cột cần dùng rồi gửi lại."), field="file")
    return table


def keep(  # noqa: PLR0913  # a file says all of this
    sender: Member,
    name: str,
    table: Table,
    unit: str,
    field: str,
    now: datetime,
    *,
    minors: bool = False,
    consents: bool = False,
) -> SentFile:
    """Keep a table whose columns are still to be chosen. Raises Missing for a unit that is not the sender's.

    `minors`: some of its authors are under age; then `consents` says that their guardians' are there on paper.
    Raises Refusal without.
    """
    if minors and not consents:
        raise Refusal(N_("Chưa có giấy đồng ý thì chưa nhập được bài của người dưới 18 tuổi"), field="consents")
    known = reference().unit_by_code.get(unit)
    if known is None or not policy.can(sender, "organise", known.id) or field not in reference().field_by_code:
        raise Missing
    names = [column for column in table.columns if column]
    file = SentFile(
        token=secrets.token_urlsafe(16),
        member_id=sender.id,
        unit_id=known.id,
        name=name[:120],
        kind=table.kind,
        columns=names,
        parts={part: list(some) for part, some in columns.guess(names).items()},
        field=field,
        minors=minors,
        size=table.size,
        created_at=now,
    )
    db.session.add(file)
    db.session.flush()
    rows = [
        {"file_id": file.id, "number": row.number, "line": row.line, "cells": row.cells, "fault": row.fault[:200]}
        for row in table.rows()
    ]
    db.session.execute(insert(SentRow), rows)
    return file


def choose(sender: Member, file_id: int, parts: Mapping[str, str]) -> None:
    """Say which column is which part. Raises Missing, Refusal if no column tells a text, Conflict once it runs."""
    file = queries.show(file_id, sender)
    chosen = {part: [name] for part, name in parts.items() if part in columns.NAMES and name in file.columns}
    plan(chosen, file.columns)
    _change(file, parts=chosen)


def start(sender: Member, file_id: int, now: datetime) -> None:
    """Hand the file to the worker. Raises as `choose` does."""
    file = queries.show(file_id, sender)
    plan(file.parts, file.columns)
    _change(file, state="running", begun_at=now)
    said = {"minors": True, "paper_consents": True} if file.minors else {"minors": False}
    audit.record(sender.id, "ideas.import", "file", file.id, {"rows": file.size, "unit": file.unit_id, **said})


def remove(sender: Member, file_id: int) -> None:
    """Forget a file and its rows; the ideas that came of it stay. Raises Missing, and Conflict while it runs."""
    file = queries.show(file_id, sender)
    gone = delete(SentFile).where(SentFile.id == file.id, SentFile.state != "running").returning(SentFile.id)
    if db.session.scalar(gone.execution_options(synchronize_session=False)) is None:
        raise Conflict(N_("Tệp này đang được nhập. Đợi xong rồi hãy xoá."))


def plan(parts: Mapping[str, Sequence[str]], names: Sequence[str]) -> columns.Plan:
    """Raises Refusal if no column tells a text."""
    try:
        return columns.settle({part: tuple(some) for part, some in parts.items()}, names)
    except Fault as fault:
        raise Refusal(N_("Chọn ít nhất một cột có chữ: vấn đề, ý tưởng hoặc tên ý tưởng."), field="problem") from fault


def preview(file: SentFile) -> list[Outcome]:
    """The first rows as they would be judged now; nothing is written. Raises Refusal if no column tells a text."""
    return _job(file).judge([_row(row) for row in queries.first_rows(file.id, PREVIEW)])


def work(now: datetime) -> bool:
    """Judge the next rows of the file that waits longest, and write their ideas. False if there is none.

    One transaction: a worker that is killed has done a batch or has not.
    """
    waiting = select(SentFile).where(IS_RUNNING).order_by(SentFile.id).limit(1)
    file = db.session.scalar(waiting.with_for_update(skip_locked=True).execution_options(populate_existing=True))
    if file is None:
        return False
    rows = queries.waiting_rows(file.id, BATCH)
    if not rows:
        file.state, file.ended_at = "done", now
        return True
    taken = queries.taken_rows(file.id)
    theirs = {row.idea_id for row in taken}
    job = _job(file, first_row={row.fingerprint: row.number for row in taken})
    outcomes = job.add([_row(row) for row in rows], now)
    ideas = _ideas(outcomes)
    for row, outcome in zip(rows, outcomes, strict=True):
        row.outcome, row.reason, row.faults = outcome.kind, outcome.reason.replace(" ", "_"), said(outcome)
        if outcome.found:
            row.title = outcome.found.content.title[:120]
            row.idea_id = None if outcome.kind == "refused" else ideas[outcome.found.fingerprint]
        if outcome.kind == "added" and row.idea_id:
            theirs.add(row.idea_id)
            row.twin_id = _twin(row.title, row.idea_id, theirs)
    return True


def said(outcome: Outcome) -> list[list[Any]]:
    """What is wrong with a row, or was left out of it, as (part, message, params)."""
    faults = [[part, fault.message, fault.params] for part, fault in outcome.faults.items()]
    missed = outcome.found.missed if outcome.found else ()
    not_understood = N_("Không hiểu “%(value)s” nên bỏ qua")
    return faults + [[part, not_understood, {"value": value}] for part, value in missed]


def sweep(now: datetime) -> None:
    """What people wrote on paper is not kept twice for longer than anybody needs the report."""
    old = delete(SentFile).where(SentFile.created_at < now - KEEP, SentFile.state != "running")
    db.session.execute(old.execution_options(synchronize_session=False))


def forget_member(event: MemberErased) -> None:
    """Also what still runs: nobody would read the report. The ideas added so far are their authors', and stay."""
    theirs = delete(SentFile).where(SentFile.member_id == event.member_id)
    db.session.execute(theirs.execution_options(synchronize_session=False))


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


def _change(file: SentFile, **values: Any) -> None:
    """Raises Conflict once it runs."""
    step = update(SentFile).where(SentFile.id == file.id, SentFile.state == "draft")
    step = step.values(**values).returning(SentFile.id)
    if db.session.scalar(step.execution_options(synchronize_session=False)) is None:
        raise Conflict(N_("Tệp này đã bắt đầu được nhập. Tải lại trang để xem."))
