"""Stopping letters from a letter: the page asks, the POST acts, at once and without anybody signed in (RFC 8058)."""

from __future__ import annotations

from flask import current_app, render_template, request

from portal.database import transaction
from portal.errors import N_, Missing
from portal.notifications import preferences, tickets
from portal.notifications.categories import CATEGORIES, NEVER
from portal.notifications.views.blueprint import pages
from portal.web.access import public
from portal.web.security import carries_its_own_proof

DAILY_LETTER = (N_("Thư gộp mỗi ngày"), N_("Tất cả những mục bạn đang nhận mỗi ngày một thư."))


@pages.route("/huy/<ticket>", methods=["GET", "POST"])
@public
@carries_its_own_proof
def unsubscribe(ticket: str) -> str:
    """GET asks; POST stops the category, or with `again` takes that back."""
    found = tickets.read_stopping(current_app.config["SECRET_KEY"], ticket)
    if found is None:
        raise Missing
    member_id, name = found
    state, before = "asked", {}
    if request.method == "POST":
        with transaction():
            if "again" in request.form:
                preferences.choose(member_id, {key: request.form[key] for key in request.form if key in may(name)})
                state = "undone"
            else:
                before, state = preferences.stop(member_id, name), "stopped"
    undo = {key: CATEGORIES[key].default if rhythm == NEVER else rhythm for key, rhythm in before.items()}
    label, hint = (CATEGORIES[name].label, CATEGORIES[name].hint) if name in CATEGORIES else DAILY_LETTER
    return render_template("notifications/unsubscribe.html", label=label, hint=hint, state=state, undo=undo)


def may(name: str) -> set[str]:
    """What a link for one category may change; one from the daily letter may change whatever came in it."""
    return {name} if name in CATEGORIES else set(CATEGORIES)
