"""Administrators give and take roles."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import Response, flash, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user

from portal.accounts import people, services, words
from portal.accounts.models import GRANTED, Member
from portal.accounts.staff_forms import GrantForm, InviteForm
from portal.accounts.views.base import go_to, page
from portal.accounts.views.blueprint import pages
from portal.accounts.views.freshness import fresh
from portal.accounts.views.people import act, person_page
from portal.database import now, transaction
from portal.errors import Missing, Refusal
from portal.units.queries import reference
from portal.web.access import allowed
from portal.web.ids import read_after
from portal.web.language import words as in_words


@pages.get("/quan-tri/vai-tro")
@allowed("administer")
def roles() -> str:
    """Who holds what where, at this moment."""
    role = request.args.get("role", "")
    role = role if role in GRANTED else ""
    unit = reference().unit_by_code.get(request.args.get("unit", ""))
    moment, actor = now(), current_user.member
    found, after = people.holders(actor, role, unit.id if unit else None, read_after(), moment)
    given: dict[str, Any] = {"role": role or None, "unit": unit.code if unit else None}
    return render_template(
        "accounts/roles.html",
        held=found,
        more=url_for(".roles", **given, after=after) if after else None,
        role=role,
        unit=unit,
        words=words,
        reference=reference(),
        now=moment,
    )


@pages.post("/quan-tri/nguoi-dung/<int:member_id>/vai-tro")
@allowed("administer")
@fresh
def grant_role(member_id: int) -> Response:
    found, form, moment = people.one(current_user.member, member_id), GrantForm(), now()
    if found is None:
        raise Missing
    if not form.validate():
        return person_page(found, grant=form)
    return act(
        found,
        lambda: services.grant(
            current_user.member, found.member, form.role.data, form.unit_id, moment, ends_at=form.ends_at
        ),
        gettext("Đã trao vai trò. %(name)s cần đăng nhập lại.", name=found.member.display_name),
        grant=form,
    )


@pages.post("/quan-tri/vai-tro/<int:grant_id>/go")
@allowed("administer")
@fresh
def revoke_role(grant_id: int) -> Response:
    moment = now()
    try:
        with transaction():
            member = services.revoke(current_user.member, grant_id, moment)
    except Missing:
        raise
    except Refusal as refusal:
        flash(in_words(refusal), "error")
        return go_to(".roles")
    flash(gettext("Đã gỡ vai trò của %(name)s", name=member.display_name), "done")
    return go_to(".roles")


@pages.route("/quan-tri/vai-tro/moi", methods=["GET", "POST"])
@allowed("administer")
@fresh
def invite() -> Response:
    """A role for somebody by their address; without an account they get one."""
    form, moment = InviteForm(), now()
    if request.method == "POST" and form.validate():
        try:
            with transaction():
                member = _member_behind(form.email.value, form.unit_id, moment)
                services.grant(current_user.member, member, form.role.data, form.unit_id, moment, ends_at=form.ends_at)
            flash(gettext("Đã mời %(name)s", name=member.display_name), "done")
            return go_to(".roles")
        except Missing:
            raise
        except Refusal as refusal:
            return page("accounts/invite.html", form, refusal)
    return page("accounts/invite.html", form)


def _member_behind(email: str, unit_id: int, moment: datetime) -> Member:
    known = services.member_by_email(email)
    return known or services.add_member(email, services.free_name(), moment, unit_id=unit_id, source="command")
