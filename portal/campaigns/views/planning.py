"""Organisers open a campaign, and change its names, its text, its place and its times."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user

from portal.campaigns import planning, queries
from portal.campaigns.plan_forms import PlanForm
from portal.campaigns.views.blueprint import pages
from portal.campaigns.views.managing import managed
from portal.database import now, transaction
from portal.errors import Conflict
from portal.rules import Invalid
from portal.units.queries import reference
from portal.web.access import allowed
from portal.web.language import words


@pages.route("/quan-tri/chien-dich/moi", methods=["GET", "POST"])
@allowed("organise")
def launch() -> Any:
    form = PlanForm(None, now())
    return _answer(form, lambda: planning.launch(current_user.member, form.plan, now()).id)


@pages.route("/quan-tri/chien-dich/<int:campaign_id>/sua", methods=["GET", "POST"])
@allowed("organise")
def revise(campaign_id: int) -> Any:
    form = PlanForm(managed(campaign_id), now())

    def do() -> int:
        planning.revise(current_user.member, campaign_id, form.known, form.plan, now())
        return campaign_id

    return _answer(form, do)


def _answer(form: PlanForm, do: Callable[[], int]) -> Any:
    """The form, or what was typed done; what is refused comes back as it was typed."""
    if request.method == "GET" or not form.validate():
        return _page(form)
    try:
        with transaction():
            campaign_id = do()
    except Invalid as invalid:
        form.add_errors(invalid.errors)
        return _page(form)
    except Conflict as conflict:
        form.form_errors.append(words(conflict))
        return _page(form, conflict.status)
    queries.forget()
    flash(gettext("Đã lưu. Trang nào cũng thấy sau chừng một phút."), "done" if form.campaign else "kept")
    return redirect(url_for(".settings", campaign_id=campaign_id), 303)


def _page(form: PlanForm, status: int = 422) -> Any:
    """After a conflict with what is stored by now beside it, so that who sends it again knows what they replace."""
    late = status == Conflict.status
    if form.campaign and late:
        form.campaign = managed(form.campaign.id)
        form.version.data = str(form.campaign.version)
    page = render_template(
        "campaigns/plan.html", form=form, campaign=form.campaign, late=late, reference=reference(), now=now()
    )
    return page, status if form.errors else 200
