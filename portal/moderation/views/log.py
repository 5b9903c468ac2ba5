"""Who decided what, when, and what came of it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from flask_login import current_user

from portal.database import now, transaction
from portal.errors import Conflict
from portal.moderation import queries, services
from portal.moderation.views.base import desk, late, scope
from portal.moderation.views.blueprint import pages
from portal.web.access import allowed
from portal.web.ids import row_id


@pages.get("/kiem-duyet/nhat-ky")
@allowed("moderate")
def log() -> str:
    entries, after = queries.log(scope(), row_id(request.args.get("after")))
    return desk("moderation/log.html", now(), entries=entries, after=after)


@pages.post("/kiem-duyet/nhat-ky/<int:decision_id>/khoi-phuc")
@allowed("moderate")
def restore(decision_id: int) -> Any:
    """Open the case of an earlier decision again; its author is told."""
    try:
        with transaction():
            case = services.restore(decision_id, current_user.member, now())
    except Conflict as conflict:
        return late(conflict, now())
    flash(gettext("Đã khôi phục: mục này lại chờ người xem."), "done")
    return redirect(url_for(".case", case_id=case.id), 303)
