"""Organisers raise the limits of a school's network for a day, and end that early."""

from __future__ import annotations

from flask import Response, flash, request
from flask_babel import gettext
from flask_login import current_user

from portal.accounts import limits
from portal.accounts.devices import masked
from portal.accounts.services import raising
from portal.accounts.staff_forms import RaiseForm
from portal.accounts.views.base import go_to, page
from portal.accounts.views.blueprint import pages
from portal.accounts.visitor import address_key
from portal.database import now, transaction
from portal.errors import TooMany
from portal.web.access import allowed


@pages.route("/quan-tri/gioi-han", methods=["GET", "POST"])
@allowed("organise")
def raised_limits() -> Response:
    form, refusal, actor = RaiseForm(address=request.remote_addr or ""), None, current_user.member
    if request.method == "POST" and form.validate():
        ip, moment = form.address.value, now()
        try:
            with transaction():
                raising.raise_limits(actor, address_key(ip), masked(ip), form.place.data, moment)
        except TooMany as too_many:
            refusal = too_many
        else:
            flash(gettext("Đã nới giới hạn trong 24 giờ"), "done")
            return go_to("accounts.raised_limits")
    raised = raising.raised_for(actor)
    return page("accounts/limits.html", form, refusal, raised=raised, times=limits.RAISED, now=now())


@pages.post("/quan-tri/gioi-han/<int:raised_id>/thoi")
@allowed("organise")
def lower_limits(raised_id: int) -> Response:
    actor, moment = current_user.member, now()
    with transaction():
        raising.end_raise(actor, raised_id, moment)
    flash(gettext("Giới hạn đã trở lại như thường"), "done")
    return go_to("accounts.raised_limits")
