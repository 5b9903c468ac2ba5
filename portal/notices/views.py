"""What is new for a member, grouped by what it is about."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from portal.database import now, transaction
from portal.notices import queries, services
from portal.web.access import signed_in
from portal.web.ids import row_id
from portal.web.security import local_path

pages = Blueprint("notices", __name__)


@pages.get("/toi/thong-bao")
@signed_in
def index() -> str:
    moment, after = now(), row_id(request.args.get("after"))
    page = queries.page(current_user.id, after, moment)
    return render_template("notices/index.html", page=page, first=after is None, now=moment)


@pages.post("/toi/thong-bao")
@signed_in
def read() -> Response:
    """Mark a thread, or without `thread` all, as read up to what was seen; then go `back`, or on to the idea."""
    member_id, up_to, moment = current_user.id, row_id(request.form.get("up_to")) or 0, now()
    with transaction():
        services.mark_read(member_id, up_to, moment, request.form.get("thread") or None)
    return redirect(local_path(request.form.get("back", url_for(".index"))), 303)
