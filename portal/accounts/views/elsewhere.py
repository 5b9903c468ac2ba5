"""What a person began on another browser, with the address they now signed in with: asked about, then done once."""

from __future__ import annotations

from flask import Response, flash, render_template, request, session
from flask_babel import gettext
from flask_login import current_user

from portal.accounts import phones, queries, services
from portal.accounts.views.arrival import Arrival, say_what_was_done, take_up
from portal.accounts.views.base import go_to, onward
from portal.accounts.views.blueprint import pages
from portal.accounts.views.kept import begun_on
from portal.accounts.visitor import known_visitor
from portal.database import now, transaction
from portal.web.access import signed_in


@pages.get("/toi/viec-dang-giu")
@signed_in
def begun_elsewhere() -> Response | str:
    """Offered, not done unasked: whoever types another's address into a browser would act in their name."""
    if phones.lacks_one(current_user.member):
        return go_to("accounts.phone")
    kept = begun_on(queries.began_elsewhere(current_user.member.email, known_visitor()))
    if not kept:
        return onward()
    return render_template("accounts/begun_elsewhere.html", kept=kept)


@pages.post("/toi/viec-dang-giu")
@signed_in
def answer_begun() -> Response:
    """`mine=1`: it was theirs, so do it; otherwise it is not offered again. A second click finds nothing."""
    if phones.lacks_one(current_user.member):
        return go_to("accounts.phone")
    member, moment, mine = current_user.member, now(), request.form.get("mine") == "1"
    arrival, here = Arrival(member), known_visitor()
    with transaction():
        for visitor in queries.began_elsewhere(member.email, here) if mine else ():
            take_up(visitor, arrival, moment)
        services.disown(member.email, here)
    session.pop("begun", None)
    say_what_was_done(arrival)
    flash(gettext("Xong, giờ mọi thứ ở đây với bạn.") if mine else gettext("Mình không hỏi lại nữa."), "done")
    return onward()
