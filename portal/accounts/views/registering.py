"""Signing up, date of birth first: what else is asked, and of whom, depends on the age."""

from __future__ import annotations

from flask import Response, render_template, request, session

from portal.accounts import rules, services, terms
from portal.accounts.family_forms import ChildForm
from portal.accounts.forms import BirthForm, RegisterForm
from portal.accounts.models import SignInAttempt
from portal.accounts.views.arrival import arrive, welcome
from portal.accounts.views.base import current_attempt, for_visitors, go_to, next_page, page
from portal.accounts.views.blueprint import pages
from portal.accounts.views.kept import held
from portal.database import now, transaction
from portal.errors import Conflict, TooMany
from portal.rules import Invalid
from portal.web.access import public
from portal.web.language import current_language


@pages.route("/dang-ky", methods=["GET", "POST"])
@public
@for_visitors
def register() -> Response:
    """Month and year of birth, then (once the address is proven) the rest. Both at once will do, too."""
    attempt = current_attempt()
    step = next_page(attempt)
    if attempt and step != "accounts.register":
        return go_to(step)
    if request.method == "POST" and (attempt is None or "display_name" not in request.form):
        return keep_birth(attempt)
    if attempt is None or (request.method == "GET" and ("birth" not in session or "sua" in request.args)):
        return page("accounts/birth.html", BirthForm(**remembered()), held=held())
    return the_rest(attempt)


def keep_birth(attempt: SignInAttempt | None) -> Response:
    """The answer waits in this browser's cookie; under the least age nothing is kept anywhere."""
    form = BirthForm()
    if not form.validate():
        return page("accounts/birth.html", form, held=held())
    if (age_of(form.birth) or 0) < terms.ages().least:
        return too_young()
    session["birth"] = form.birth
    return go_to("accounts.register" if attempt else "accounts.sign_in")


def the_rest(attempt: SignInAttempt) -> Response:
    """A child names a guardian, too; who is old enough only chooses a name and a province."""
    birth = BirthForm(**remembered()).birth
    years = age_of(birth)
    if years is not None and years < terms.ages().least:
        return too_young()
    child = years is not None and years < terms.ages().own
    start = {**remembered(), "display_name": services.free_name(current_language())}
    form = ChildForm(attempt.email, **start) if child else RegisterForm(**start)
    if request.method == "POST" and form.validate():
        try:
            return make_account(attempt, form)
        except Invalid as refusal:
            form.add_errors(refusal.errors)
        except TooMany as refusal:  # letters to the guardian's address
            form.add_errors({"guardian_email": refusal})
        except Conflict:
            return go_to("accounts.code")
    return page(
        "accounts/register.html",
        form,
        email=attempt.email,
        held=held(),
        child=child,
        minor=years is not None and years < terms.ages().adult,
    )


def make_account(attempt: SignInAttempt, form: RegisterForm) -> Response:
    moment, name, birth, unit_id = now(), form.display_name.data, form.birth, form.unit_id
    with transaction():
        if isinstance(form, ChildForm):
            guardian = form.guardian_email.value
            member = services.register_child(attempt, name, birth, unit_id, moment, guardian=guardian)
        else:
            member = services.register(attempt, name, birth, unit_id, moment, min_age=terms.ages().own)
        arrival = arrive(member, moment)
    return welcome(arrival, attempt)


def too_young() -> Response:
    session.pop("birth", None)
    return Response(render_template("accounts/too_young.html", age=terms.ages().least), 403)


def remembered() -> dict[str, str]:
    year, month = session.get("birth") or ("", "")
    return {"birth_year": str(year), "birth_month": str(month)}


def age_of(birth: tuple[int | None, int | None]) -> int | None:
    """Whole years, or None for a birth month that cannot be."""
    (year, month), today = birth, now().date()
    if year is None or month is None or rules.check_birth(year, month, today):
        return None
    return rules.age(year, month, today)
