"""A file of collected ideas on its way: sent, its columns chosen, handed to the worker, forgotten."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, insert, update

from portal import text
from portal.accounts import policy
from portal.accounts.events import MemberErased
from portal.accounts.models import Member
from portal.audit import services as audit
from portal.database import db
from portal.errors import N_, Conflict, Fault, Missing, Refusal
from portal.importing import columns, queries, sent
from portal.importing.adding import plan
from portal.importing.models import SentFile, SentRow
from portal.importing.rows import Table
from portal.units.queries import reference

NAME_MAX = 120
KEEP = timedelta(days=30)
FAULTS = {
    "encoding": N_("Tệp này không viết bằng UTF-8. Trong Excel chọn lưu kiểu “CSV UTF-8”, hoặc gửi tệp XLSX."),
    "no_table": N_("Tệp này không đọc được thành bảng. Lưu lại bằng Excel kiểu XLSX rồi gửi lại."),
    "no_header": N_("Dòng đầu cần ghi tên các cột, ví dụ: Tên ý tưởng, Vấn đề, Giải pháp."),
    "doubled": N_("Có hai cột trùng tên. Đổi tên một cột rồi gửi lại."),
    "no_rows": N_("Trong tệp không có dòng nào dưới tên cột."),
    "too_large": N_("Tệp này quá lớn. Chia thành vài tệp nhỏ."),
    "too_long": N_("Tệp có quá nhiều dòng; mỗi lần nhận nhiều nhất %(most)s."),
    "too_wide": N_("Tệp có quá nhiều cột. Giữ lại những cột cần dùng rồi gửi lại."),
}


def read(content: bytes, name: str) -> Table:
    """The table in a file that was sent. Slow, so never inside a transaction. Raises Refusal in words for its sender."""
    try:
        return sent.open_sent(content, name)
    except Fault as fault:
        words = FAULTS.get(fault.kind, FAULTS["no_table"])
        params = {"most": sent.MOST_ROWS} if fault.kind == "too_long" else {}
        raise Refusal(words, field="file", **params) from fault


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
        name=text.display_name(name, "y-tuong", NAME_MAX),
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


def sweep(now: datetime) -> None:
    """What people wrote on paper is not kept twice for longer than anybody needs the report."""
    old = delete(SentFile).where(SentFile.created_at < now - KEEP, SentFile.state != "running")
    db.session.execute(old.execution_options(synchronize_session=False))


def forget_member(event: MemberErased) -> None:
    """Also what still runs: nobody would read the report. The ideas added so far are their authors', and stay."""
    theirs = delete(SentFile).where(SentFile.member_id == event.member_id)
    db.session.execute(theirs.execution_options(synchronize_session=False))


def _change(file: SentFile, **values: Any) -> None:
    """Raises Conflict once it runs."""
    step = update(SentFile).where(SentFile.id == file.id, SentFile.state == "draft")
    step = step.values(**values).returning(SentFile.id)
    if db.session.scalar(step.execution_options(synchronize_session=False)) is None:
        raise Conflict(N_("Tệp này đã bắt đầu được nhập. Tải lại trang để xem."))
