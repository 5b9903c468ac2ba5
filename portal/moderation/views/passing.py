"""Passing a case on: to the unit above, or to another."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, url_for
from flask_babel import gettext
from flask_login import current_user

from portal.database import now, transaction
from portal.errors import Conflict, Refusal
from portal.moderation import services
from portal.moderation.forms import MoveForm
from portal.moderation.models import Case
from portal.moderation.services.passing import above
from portal.moderation.views.base import desk, hold, late, seen, shown
from portal.moderation.views.blueprint import pages
from portal.moderation.views.place import Place
from portal.rules import Invalid
from portal.units.queries import reference
from portal.web.access import allowed
from portal.web.templating import local


@pages.get("/kiem-duyet/<int:case_id>/chuyen")
@allowed("moderate")
def choose_unit(case_id: int) -> Any:
    """To whom, and a word why."""
    if hold(case_id, now()):  # the case's page says why not
        return redirect(url_for(".case", case_id=case_id), 303)
    opened = shown(case_id)
    return page(opened, move_form(opened, empty=True))


@pages.post("/kiem-duyet/<int:case_id>/chuyen")
@allowed("moderate")
def pass_on(case_id: int) -> Any:
    form = move_form(seen(case_id))
    try:
        with transaction():
            passed = services.pass_on(case_id, current_user.member, form.unit.data or "", form.note.data or "", now())
    except Conflict as conflict:
        return late(conflict, now())
    except Invalid as invalid:
        form.add_errors(invalid.errors)
        return page(seen(case_id), form), 422  # what was read before is gone with the transaction
    except Refusal as refusal:
        if refusal.field != "unit":
            raise
        form.add_errors({"unit": refusal})
        return page(seen(case_id), form), 422
    to = reference().unit_by_id[passed.unit_id or reference().centre.id]
    flash(gettext("Đã chuyển tới %(office)s.", office=local(to, "office")), "done")
    return redirect(url_for(".queue", **Place.here().top.back), 303)


def page(opened: Case, form: MoveForm) -> str:
    return desk("moderation/move.html", now(), case=opened, form=form)


def move_form(opened: Case, *, empty: bool = False) -> MoveForm:
    """The unit above comes first, if there is one; else nothing is chosen beforehand."""
    form = MoveForm(formdata=None) if empty else MoveForm()
    codes, up = reference(), above(opened.unit_id)
    first = (
        gettext("Cấp trên: %(office)s", office=local(codes.unit_by_id[up], "office")) if up else gettext("Chọn đơn vị")
    )
    here = opened.unit_id or codes.centre.id
    form.unit.flags.required = True
    form.unit.choices = [
        ("", first),
        *((unit.code, local(unit, "office")) for unit in codes.units if unit.id not in {here, up}),
    ]
    return form
