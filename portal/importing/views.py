"""A page for officers of units: send a file of collected ideas, choose its columns, look it over, watch it, read the report."""

from __future__ import annotations

import io
from contextlib import closing
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_login import current_user
from wtforms.fields.choices import SelectChoice

from portal.accounts import limits, policy
from portal.database import now, transaction
from portal.errors import N_, Refusal
from portal.ideas.states import PUBLIC
from portal.importing import adding, columns, queries, uploading, words
from portal.importing.forms import SentFileForm
from portal.importing.models import SentFile
from portal.importing.rows import Table
from portal.sheets import Sheet
from portal.units.queries import reference
from portal.web.access import allowed
from portal.web.ids import read_after
from portal.web.templating import local

pages = Blueprint("importing", __name__)

NO_FILE = N_("Chọn một tệp")
SHELVES = ("", "added", "hints", "known", "refused", "undone")


@pages.route("/quan-tri/nhap", methods=["GET", "POST"])
@allowed("organise")
def index() -> Any:
    form = _form()
    if request.method == "POST" and form.validate():
        try:
            name, table = _received()
            with transaction():
                said = {"minors": form.minors.data == "yes", "consents": form.consents.data}
                file = uploading.keep(current_user.member, name, table, form.unit.data, form.field.data, now(), **said)
            return redirect(url_for(".show", file_id=file.id), 303)
        except Refusal as refusal:
            form.add_errors({refusal.field or "file": refusal})
    if form.errors and not form.file.errors:  # every fault is said, and a form comes back without its file
        again = N_("Chọn lại tệp: trang tải lại thì trình duyệt không giữ nó") if request.files.get("file") else NO_FILE
        form.add_errors({"file": Refusal(again)})
    files = queries.of_member(current_user.member)
    return render_template("importing/index.html", form=form, files=files), 422 if form.errors else 200


@pages.get("/quan-tri/nhap/<int:file_id>")
@allowed("organise")
def show(file_id: int) -> str:
    """Before: the columns and the first rows. Afterwards: how far it is, and row by row what came of it."""
    file = queries.show(file_id, current_user.member)
    return _choose(file) if file.state == "draft" else _progress(file)


@pages.post("/quan-tri/nhap/<int:file_id>")
@allowed("organise")
def choose(file_id: int) -> Any:
    """Keep which column is which part; with `start` hand it to the worker."""
    member, parts = current_user.member, {part: request.form.get(f"part-{part}", "") for part in columns.NAMES}
    try:
        with transaction():
            uploading.choose(member, file_id, parts)
            if request.form.get("start"):
                uploading.start(member, file_id, now())
    except Refusal as refusal:
        if refusal.field is None:
            raise
        return _choose(queries.show(file_id, member), gettext(refusal.message)), 422
    return redirect(url_for(".show", file_id=file_id), 303)


@pages.post("/quan-tri/nhap/<int:file_id>/xoa")
@allowed("organise")
def remove(file_id: int) -> Any:
    with transaction():
        uploading.remove(current_user.member, file_id)
    flash(gettext("Đã xoá tệp. Ý tưởng đã thêm vẫn ở lại."), "done")
    return redirect(url_for(".index"), 303)


@pages.post("/quan-tri/nhap/<int:file_id>/rut")
@allowed("organise")
def take_back(file_id: int) -> Any:
    """Withdraw its ideas that still wait, after a look at the figure; so that it can be sent again with other columns."""
    with transaction():
        count = adding.take_back(current_user.member, file_id, now())
    flash(ngettext("Đã rút lại %(num)s ý tưởng", "Đã rút lại %(num)s ý tưởng", count), "done")
    return redirect(url_for(".show", file_id=file_id), 303)


@pages.get("/quan-tri/nhap/<int:file_id>/bao-cao.csv")
@allowed("organise")
def report(file_id: int) -> Response:
    """Each judged row in a line."""
    file = queries.show(file_id, current_user.member)
    text = io.StringIO()
    sheet = Sheet(text, ("row", "line", "outcome", "why", "title", "idea", "like"))
    for row, *_ in queries.results(file.id, "", limit=None):
        said = "; ".join(words.why(row.reason, row.faults))
        sheet.write(
            (row.number, row.line, gettext(words.OUTCOMES[row.outcome]), said, row.title, row.idea_id, row.twin_id)
        )
    headers = {"Content-Disposition": f'attachment; filename="nay-{file.id}.csv"'}
    return Response(text.getvalue().encode(Sheet.ENCODING), content_type="text/csv; charset=utf-8", headers=headers)


def _choose(file: SentFile, fault: str = "") -> str:
    try:
        outcomes = adding.preview(file)
    except Refusal:  # said beside the columns
        outcomes = []
    rows = [(one, words.why(one.reason, adding.said(one)), twin) for one, twin in outcomes]
    return render_template("importing/choose.html", file=file, rows=rows, fault=fault, words=words, unit=_unit(file))


def _progress(file: SentFile) -> str:
    shelf = request.args.get("xem", "")
    shelf = shelf if shelf in SHELVES else ""
    rows = queries.results(file.id, shelf, read_after() or 0)
    return render_template(
        "importing/show.html",
        file=file,
        counts=queries.counts(file.id),
        waiting=queries.waiting_ideas(file.id) if file.ended_at else 0,
        stuck=queries.waiting_rows(file.id, 1) if file.state == "failed" else [],
        rows=rows,
        shelf=shelf,
        after=rows[-1].SentRow.number if len(rows) == queries.PAGE else None,
        words=words,
        unit=_unit(file),
        statuses_public=PUBLIC,
    )


def _form() -> SentFileForm:
    """With the units the officer may write for, their own highest one first."""
    form, known, actor = SentFileForm(), reference(), current_user.member
    theirs = policy.units_of(actor, "organise")
    units = [unit for unit in known.in_order() if not unit.closed_at and (theirs is None or unit.id in theirs)]
    form.unit.choices = [SelectChoice(unit.code, local(unit, "name")) for unit in units]
    form.field.choices = [SelectChoice(one.code, local(one, "name")) for one in known.fields]
    if request.method == "GET":
        form.field.data = "khac"
    return form


def _received() -> tuple[str, Table]:
    """The name and the table of the file that was sent. Raises TooMany and Refusal."""
    sent = request.files.get("file")
    if sent is None or not sent.filename:
        raise Refusal(NO_FILE, field="file")
    with transaction():  # ends here: reading a file may take seconds
        limits.take("upload:account", str(current_user.id), now())
    with closing(sent):
        return sent.filename, uploading.read(sent.stream.read(), sent.filename)


def _unit(file: SentFile) -> str:
    return local(reference().unit_by_id[file.unit_id], "name")
