"""Who decided what, when, and what came of it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from flask_login import current_user

from portal.accounts import policy
from portal.database import now, transaction
from portal.errors import Conflict
from portal.moderation import queries, services, words
from portal.moderation.forms import LogForm
from portal.moderation.views.base import OUTCOMES, desk, late, own_units, scope
from portal.moderation.views.blueprint import pages
from portal.units.queries import reference
from portal.web.access import allowed
from portal.web.fields import midnight, options
from portal.web.ids import read_after
from portal.web.templating import local

FIELDS = ("who", "outcome", "unit", "since", "until")


@pages.get("/kiem-duyet/nhat-ky")
@allowed("moderate")
def log() -> str:
    """The latest first; all, or those asked for."""
    form = _form()
    entries, after = queries.log(scope(), _asked(form), read_after())
    given: dict[str, Any] = {name: request.args[name] for name in FIELDS if request.args.get(name)}
    more = url_for(".log", **given, after=after) if after else None
    return desk("moderation/log.html", now(), entries=entries, form=form, given=given, more=more)


def _form() -> LogForm:
    """With the names that its reader may know of."""
    form, units = LogForm(request.args), policy.units_of(current_user.member, "moderate")
    answer = units and frozenset().union(
        *map(reference().path, units)
    )  # of a unit's cases those above it may answer too
    form.who.choices = options(gettext("Tất cả"), queries.moderators(answer))
    done = [*((code, words.outcome(code)) for code in OUTCOMES.values()), ("undone", gettext("Đã hoàn tác"))]
    form.outcome.choices = options(gettext("Tất cả"), done)
    own = own_units(request.args.get("unit", ""))
    form.unit.choices = options(gettext("Tất cả"), [(unit.code, local(unit, "name")) for unit in own])
    form.validate()
    return form


def _asked(form: LogForm) -> queries.Asked:
    unit = reference().unit_by_code.get(form.unit.data or "")
    return queries.Asked(
        handle=form.who.data or None,
        outcome=form.outcome.data or None,
        unit_id=unit.id if unit else None,
        since=midnight(form.since.data),
        until=midnight(form.until.data, days=1),
    )


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
