"""A telephone number, where the portal must know one: asked for, proven, and what nobody may do before."""

from __future__ import annotations

from typing import Any

from flask import Response, flash, request, session, url_for
from flask_babel import gettext
from flask_login import current_user

from portal.accounts import phones
from portal.accounts.forms import CodeForm, PhoneForm
from portal.accounts.phones import Phone
from portal.accounts.services import phoning
from portal.accounts.views.arrival import Arrival, say_what_was_done, take_up
from portal.accounts.views.base import go_to, onward, page, place
from portal.accounts.views.blueprint import pages
from portal.accounts.visitor import known_visitor
from portal.database import now, transaction
from portal.errors import N_, Conflict, Missing, Refusal
from portal.settings import current_settings
from portal.web.access import signed_in
from portal.web.errors import kept_page, problem
from portal.web.language import current_language
from portal.web.security import SAFE_METHODS

FREE = {"accounts", "notifications", "notices", "notices_api", "reports", "reports_api", "pages"}
"""Rooms open to whoever has no number yet: their own account, their letters, and calling for help."""
FREE_ROUTES = {"ideas.keep", "ideas.discard", "discussion.follow"}  # nobody else sees drafts and follows
FIRST = N_("Xác minh số điện thoại trước: ở đây pháp luật yêu cầu vậy với người viết, góp ý và ủng hộ.")


def ask_first() -> Any:
    """Before every request: whoever has proven no number reads all and writes nothing that others see."""
    if request.method in SAFE_METHODS or not current_settings().phone_verification or not current_user.is_authenticated:
        return None
    if request.blueprint in FREE or request.endpoint in FREE_ROUTES or not phones.lacks_one(current_user.member):
        return None
    if request.path.startswith("/api/"):
        return problem(403, gettext(FIRST))
    if request.headers.get("HX-Request"):  # a button of a page: the whole page has to go
        return Response(status=403, headers={"HX-Redirect": url_for("accounts.phone")})
    return kept_page("accounts/phone_first.html", 403)


@pages.route("/toi/so-dien-thoai", methods=["GET", "POST"])
@signed_in
def phone() -> Response:
    """The number. Only where the portal asks for one."""
    if not current_settings().phone_verification:
        raise Missing
    form, member, moment, ttl = PhoneForm(), current_user.member, now(), current_settings().code_ttl
    if request.method == "POST" and form.validate():
        try:
            with transaction():
                phoning.ask_phone_code(member, form.phone.value, current_language(), ttl, moment)
        except Refusal as refusal:
            return page("accounts/phone.html", form, refusal, proven=phones.verified(member.id))
        return go_to("accounts.prove_phone")
    return page("accounts/phone.html", form, proven=phones.verified(member.id))


@pages.route("/toi/so-dien-thoai/ma", methods=["GET", "POST"])
@signed_in
def prove_phone() -> Response:
    """The six digits from the message."""
    asked = phones.latest(current_user.id) if current_settings().phone_verification else None
    if asked is None or not asked.takes_codes(now()):
        return onward("accounts.security") if asked and asked.verified_at else go_to("accounts.phone")
    form = CodeForm()
    if request.method == "POST" and form.validate():
        try:
            return _try_code(asked, form)
        except Conflict:
            return go_to("accounts.prove_phone")
    return page("accounts/prove_phone.html", form, asked=asked)


def _try_code(asked: Phone, form: CodeForm) -> Response:
    """From the right code on everything that waited for it is done, in the same transaction."""
    moment, arrival, browser = now(), Arrival(current_user.member), known_visitor()
    with transaction():
        fault = phoning.enter_phone_code(asked, form.code.value, current_settings().secret_key, place(), moment)
        if fault is None and browser:
            take_up(browser, arrival, moment)
    if fault:
        form.add_errors({"code": fault})
        return page("accounts/prove_phone.html", form, asked=asked)
    session.pop("visitor", None)
    flash(gettext("Đã xác minh số điện thoại."), "done")
    say_what_was_done(arrival)
    return onward("accounts.security")
