"""Lists as files for members, and the open data for everybody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from flask import (
    Blueprint,
    Response,
    flash,
    redirect,
    render_template,
    request,
    stream_with_context,
    url_for,
)
from flask_babel import gettext
from flask_login import current_user

from portal.database import db, now, transaction
from portal.errors import Missing
from portal.exports import queries, rows, services
from portal.exports.models import FORMATS, Export
from portal.ideas import asked as asking
from portal.searches.views import describe
from portal.settings import current_settings
from portal.web.access import public, signed_in

pages = Blueprint("exports", __name__)

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/jsonl; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
FIVE_MINUTES = 300
"""As a picture: a cache between us and a reader does not keep for long what was hidden meanwhile."""


@pages.get("/toi/tai-ve")
@signed_in
def index() -> str:
    """What one asked for; and, with the words of a list in the address, the question in which format."""
    asked = asking.read(request.args)
    mine = [(export, describe(asking.read(export.words))) for export in queries.of_member(current_user.id, now())]
    return render_template(
        "exports/index.html",
        exports=mine,
        asked=asked,
        described=describe(asked),
        asking="moi" in request.args,
        formats=FORMATS,
        most=services.MOST,
    )


@pages.post("/toi/tai-ve")
@signed_in
def ask() -> Any:
    asked, member, format_ = asking.read(request.form), current_user.member, request.form.get("format", "")
    with transaction():
        services.ask(member, asked.words, format_, now())
    return redirect(url_for(".index"), 303)


@pages.get("/toi/tai-ve/<token>")
@signed_in
def fetch(token: str) -> Response:
    export = queries.ready(token, current_user.id, now())
    if export.format != "xlsx":
        return _stream(export, export.format, f"nay-{export.id}")
    if not queries.is_current(export):  # a workbook was made whole: what was hidden since is still in it
        flash(
            gettext("Từ lúc làm tệp, có ý trong danh sách đã đổi hoặc không còn. Làm lại tệp để có bản mới."), "error"
        )
        return redirect(url_for(".index", moi=1, **export.words), 303)  # type: ignore[return-value]
    return _file(export.content or b"", "xlsx", f"nay-{export.id}")


@pages.get("/du-lieu-mo")
@public
def open_data() -> str:
    return render_template("exports/open_data.html", export=queries.open_data(), columns=rows.COLUMNS)


@pages.get("/du-lieu-mo/y-tuong.<any(csv,jsonl):format_>")
@public
def open_file(format_: str) -> Response:
    if (export := queries.open_data()) is None:
        raise Missing
    answer = _stream(export, format_, "nay-y-tuong")
    answer.headers["Cache-Control"] = f"public, max-age={FIVE_MINUTES}"
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


def _stream(export: Export, format_: str, name: str) -> Response:
    write = rows.as_csv if format_ == "csv" else rows.as_jsonl
    found = _read(queries.pages(export, current_settings().base_url))
    body: Iterator[bytes] = stream_with_context(write(found))
    return _file(body, format_, name)


def _read(found: Iterable[list[rows.Line]]) -> Iterator[list[rows.Line]]:
    """No transaction stays open while a page is on its way: a slow reader would have it ended by the database."""
    for some in found:
        db.session.commit()
        yield some


def _file(body: Any, format_: str, name: str) -> Response:
    headers = {"Content-Disposition": f'attachment; filename="{name}.{format_}"'}
    return Response(body, content_type=TYPES[format_], headers=headers)
