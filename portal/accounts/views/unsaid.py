"""Comments written before signing in that could not be posted then: kept for a week, shown, sent again or thrown away."""

from __future__ import annotations

from flask import Response, flash, render_template, request, session
from flask_babel import gettext
from flask_login import current_user

from portal.accounts import phones, queries, services
from portal.accounts.models import PendingAction
from portal.accounts.views.arrival import Arrival, do, say_what_was_done
from portal.accounts.views.base import go_to, onward
from portal.accounts.views.blueprint import pages
from portal.accounts.visitor import known_visitor
from portal.database import now, transaction
from portal.discussion.rules import BODY
from portal.ideas import queries as ideas
from portal.web.access import signed_in
from portal.web.ids import row_id

LONGEST = 2 * (BODY.max or 0)
"""What is too long is refused, and still kept; but not whatever anybody sends."""


@pages.get("/toi/loi-chua-gui")
@signed_in
def unsaid() -> Response | str:
    kept = _kept()
    if not kept:
        session.pop("unsaid", None)
        return onward()
    titles = {shown.idea.id: shown.idea.title for shown in ideas.many([one.target_id for one in kept])}
    return render_template("accounts/unsaid.html", kept=kept, titles=titles)


@pages.post("/toi/loi-chua-gui")
@signed_in
def say_again() -> Response:
    """`drop=1` throws it away. What is refused again stays here, as it was changed."""
    member, browser, moment = current_user.member, known_visitor(), now()
    if phones.lacks_one(member):
        return go_to("accounts.phone")
    arrival, wanted, body = Arrival(member), row_id(request.form.get("id")), BODY.clean(request.form.get("body", ""))
    drop = "drop" in request.form
    if browser and wanted in {one.id for one in _kept()}:
        with transaction():
            if body and not drop:
                services.reword(browser, wanted, body[:LONGEST])
            taken = services.release(browser, moment, wanted)
            do([] if drop else taken, browser, arrival, moment)
        if drop:
            flash(gettext("Đã bỏ lời chưa gửi."), "done")
    say_what_was_done(arrival)
    return go_to("accounts.unsaid")


def _kept() -> list[PendingAction]:
    return [one for one in queries.held(known_visitor(), now()) if one.kind == "comment"]
