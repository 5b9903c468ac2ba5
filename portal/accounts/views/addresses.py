"""Changing one's e-mail address: soon after signing in, with a code sent to the new one."""

from __future__ import annotations

from flask import Response, flash, request, session
from flask_babel import gettext
from flask_login import current_user

from portal.accounts import queries, services
from portal.accounts.forms import CodeForm, NewAddressForm
from portal.accounts.models import SignInAttempt
from portal.accounts.services import addresses
from portal.accounts.views.base import go_to, page, place
from portal.accounts.views.blueprint import pages
from portal.accounts.views.freshness import fresh
from portal.accounts.visitor import limit_keys, remember_account
from portal.database import now, transaction
from portal.errors import Conflict, Refusal
from portal.settings import current_settings
from portal.web.access import signed_in


@pages.route("/toi/bao-mat/email", methods=["GET", "POST"])
@signed_in
@fresh
def new_address() -> Response:
    """The new address. Whether it has an account already, nobody is told here."""
    form = NewAddressForm()
    if request.method == "POST" and form.validate():
        member, moment, ttl = current_user.member, now(), current_settings().code_ttl
        try:
            with transaction():
                attempt = addresses.request_change(member, form.email.value, ttl, moment)
        except Refusal as refusal:
            return page("accounts/new_address.html", form, refusal)
        session["new_address"] = attempt.token
        return go_to("accounts.prove_address")
    return page("accounts/new_address.html", form)


@pages.route("/toi/bao-mat/email/ma", methods=["GET", "POST"])
@signed_in
@fresh
def prove_address() -> Response:
    """The six digits from the letter to the new address."""
    attempt = queries.change_of_address(session.get("new_address"), current_user.id)
    if attempt is None or not attempt.takes_codes(now()):
        return go_to("accounts.security" if attempt and attempt.used_at else "accounts.new_address")
    form = CodeForm()
    if request.method == "POST" and form.validate():
        try:
            return try_code(attempt, form)
        except Conflict:
            return go_to("accounts.security")
        except Refusal as refusal:
            return page("accounts/prove_address.html", form, refusal, attempt=attempt)
    return page("accounts/prove_address.html", form, attempt=attempt)


def try_code(attempt: SignInAttempt, form: CodeForm) -> Response:
    keys, secret, moment = limit_keys(attempt.email), current_settings().secret_key, now()
    with transaction():
        fault = services.enter_code(attempt, form.code.value, secret, keys, moment)
        if fault is None:
            addresses.change(attempt, current_user.member, place(), moment, keep=current_user.device.id)
    if fault:
        form.add_errors({"code": fault})
        return page("accounts/prove_address.html", form, attempt=attempt)
    remember_account(attempt.email)
    session.pop("new_address", None)
    done = gettext(
        "Địa chỉ mới của bạn là %(email)s. Các máy khác đã được đăng xuất, mã API hết dùng được.", email=attempt.email
    )
    flash(done, "done")
    return go_to("accounts.security")
