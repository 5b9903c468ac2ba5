"""Organisers see the campaigns of their units, and set how much support the ideas of one need and until when."""

from __future__ import annotations

from flask import Response, flash, make_response, redirect, render_template, url_for
from flask_babel import gettext
from flask_login import current_user

from portal.campaigns import queries, services
from portal.campaigns.forms import SupportForm
from portal.campaigns.models import Campaign
from portal.campaigns.views.blueprint import pages
from portal.database import now, transaction
from portal.errors import Conflict, Missing
from portal.rules import Invalid
from portal.settings import current_settings
from portal.units.queries import reference
from portal.web.access import allowed
from portal.web.language import words


@pages.get("/quan-tri/chien-dich")
@allowed("organise")
def manage() -> str:
    listed = queries.of_units(current_user.units_of("organise"))
    return render_template("campaigns/manage.html", campaigns=listed, reference=reference(), now=now())


@pages.get("/quan-tri/chien-dich/<int:campaign_id>")
@allowed("organise")
def settings(campaign_id: int) -> Response:
    return settings_page(managed(campaign_id))


def managed(campaign_id: int) -> Campaign:
    """A campaign the reader organises, as it is in the database now. Raises Missing."""
    found = queries.by_number(campaign_id)
    if found is None or not current_user.can("organise", found):
        raise Missing
    return found


def settings_page(campaign: Campaign, form: SupportForm | None = None, status: int = 200) -> Response:
    asked = (form or SupportForm.of(campaign)).explain(campaign, current_settings().support_goal)
    page = render_template("campaigns/settings.html", campaign=campaign, form=asked, reference=reference(), now=now())
    return make_response(page, status)


@pages.post("/quan-tri/chien-dich/<int:campaign_id>")
@allowed("organise")
def set_support(campaign_id: int) -> Response:
    campaign, form = managed(campaign_id), SupportForm()
    if not form.validate():
        return settings_page(campaign, form, 422)
    try:
        with transaction():
            who, ends_at = current_user, form.ends_at(campaign)
            services.set_support(who.member, campaign_id, form.known, form.goal.data, ends_at, who.asked_at)
    except Invalid as invalid:
        form.add_errors(invalid.errors)
        return settings_page(campaign, form, 422)
    except Conflict as conflict:
        form.form_errors.append(words(conflict))
        return settings_page(managed(campaign_id), form, 409)
    queries.forget()
    flash(gettext("Đã lưu. Trang nào cũng thấy sau chừng một phút."), "done")
    return redirect(url_for(".settings", campaign_id=campaign_id), 303)  # type: ignore[return-value]
