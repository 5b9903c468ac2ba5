"""Administrators look for people, see who somebody is, suspend and restore."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Response, flash, make_response, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.datastructures import MultiDict

from portal import text
from portal.accounts import people, policy, services, words
from portal.accounts.models import GRANTED
from portal.accounts.people import Asked, Person
from portal.accounts.staff_forms import GrantForm, SuspendForm
from portal.accounts.views.base import go_to
from portal.accounts.views.blueprint import pages
from portal.accounts.views.freshness import fresh
from portal.database import now, transaction
from portal.errors import Missing, Refusal
from portal.units.queries import reference
from portal.web.access import allowed, signed_in
from portal.web.fields import PageForm
from portal.web.ids import read_after
from portal.web.language import words as in_words
from portal.web.security import ends_looking

LONGEST_SEARCH = 120


@pages.get("/quan-tri/nguoi-dung")
@allowed("administer")
def people_list() -> str:
    asked, moment = _asked(request.args), now()
    found, after = people.page(current_user.member, asked, read_after(), moment)
    given: dict[str, Any] = {
        name: value for name, value in request.args.items() if name in {"q", "role", "unit", "status"} and value
    }
    return render_template(
        "accounts/people.html",
        people=found,
        total=people.count(current_user.member, asked, moment),
        more=url_for(".people_list", **given, after=after) if after else None,
        asked=asked,
        given=given,
        words=words,
        reference=reference(),
        now=moment,
    )


def _asked(args: MultiDict[str, str]) -> Asked:
    """What the address asks for; what is not known is not asked."""
    role, status = args.get("role", ""), args.get("status", "")
    unit = reference().unit_by_code.get(args.get("unit", ""))
    return Asked(
        text=text.normalise(args.get("q", ""))[:LONGEST_SEARCH],
        role=role if role in GRANTED else "",
        unit_id=unit.id if unit else None,
        status=status if status in people.STATES else "",
    )


@pages.get("/quan-tri/nguoi-dung/<int:member_id>")
@allowed("administer")
def person(member_id: int) -> Response:
    return person_page(_person(member_id))


def _person(member_id: int) -> Person:
    """Somebody of the reader's units. Raises Missing for all others, as if they did not exist."""
    found = people.one(current_user.member, member_id)
    if found is None:
        raise Missing
    return found


def person_page(
    found: Person, grant: GrantForm | None = None, suspend: SuspendForm | None = None, **values: Any
) -> Response:
    """Who somebody is, with the forms as they were typed."""
    moment = now()
    asked = grant or suspend or PageForm()
    answer = make_response(
        render_template(
            "accounts/person.html",
            person=found,
            held=people.grants_of(found.member.id),
            suspensions=people.suspensions_of(found.member.id),
            manageable=policy.may_manage(current_user.member, found.member),
            viewable=not policy.can(found.member, "administer"),
            form=asked,
            grant=grant or GrantForm(formdata=None),
            suspend=suspend or SuspendForm(formdata=None),
            words=words,
            reference=reference(),
            now=moment,
            **values,
        )
    )
    answer.status_code = 422 if asked.errors else 200
    return answer


@pages.post("/quan-tri/nguoi-dung/<int:member_id>/e-mail")
@allowed("administer")
@fresh
def see_email(member_id: int) -> Response:
    """Show the address once. The look is recorded before it is shown."""
    found = _person(member_id)
    with transaction():
        address = services.see_email(current_user.member, found.member)
    return person_page(found, shown_email=address)


@pages.post("/quan-tri/nguoi-dung/<int:member_id>/tam-khoa")
@allowed("administer")
@fresh
def suspend(member_id: int) -> Response:
    found, form, moment = _person(member_id), SuspendForm(), now()
    if not form.validate():
        return person_page(found, suspend=form)
    ends_at = form.ends_at(moment)
    return act(
        found,
        lambda: services.suspend(current_user.member, found.member, form.reason.data or "", ends_at, moment),
        gettext("Đã tạm khoá %(name)s", name=found.member.display_name),
        suspend=form,
    )


@pages.post("/quan-tri/nguoi-dung/<int:member_id>/mo-lai")
@allowed("administer")
def restore(member_id: int) -> Response:
    found, moment = _person(member_id), now()
    return act(
        found,
        lambda: services.restore(current_user.member, found.member, moment),
        gettext("Đã mở lại tài khoản của %(name)s", name=found.member.display_name),
        suspend=SuspendForm(),
    )


def act(found: Person, do: Callable[[], Any], done: str, **form: Any) -> Response:
    """Do it and say so; what was refused is said on the person's page, whose `form` it is about."""
    try:
        with transaction():
            do()
    except Missing:
        raise
    except Refusal as refusal:
        for one in form.values():
            one.form_errors.append(in_words(refusal))
        return person_page(found, **form)
    flash(done, "done")
    return go_to(".person", member_id=found.member.id)


@pages.post("/quan-tri/nguoi-dung/<int:member_id>/xem-nhu")
@allowed("administer")
@fresh
def begin_viewing(member_id: int) -> Response:
    """From now on this device shows what the member sees, for half an hour, and changes nothing."""
    found, moment = _person(member_id), now()
    try:
        with transaction():
            services.begin_viewing(current_user.member, current_user.device, found.member, moment)
    except Missing:
        raise
    except Refusal as refusal:
        flash(in_words(refusal), "error")
        return go_to(".person", member_id=member_id)
    return go_to("accounts.me")


@pages.post("/thoi-xem")
@ends_looking
@signed_in
def stop_viewing() -> Response:
    """Back to oneself, on the page of whom one looked as."""
    device = current_user.device
    if device is None or device.viewing_id is None:
        return go_to("accounts.me")
    seen = device.viewing_id
    with transaction():
        services.end_viewing(device)
    return go_to(".person", member_id=seen)
