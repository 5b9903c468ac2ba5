"""Signing in: the address and the six digits from the letter."""

from __future__ import annotations

from flask import Response, flash, request, session
from flask_babel import gettext

from portal.accounts import services
from portal.accounts.forms import CodeForm, EmailForm
from portal.accounts.models import SignInAttempt
from portal.accounts.views.arrival import go_on, welcome
from portal.accounts.views.base import (
    current_attempt,
    for_visitors,
    go_to,
    next_page,
    page,
)
from portal.accounts.views.blueprint import pages
from portal.accounts.views.kept import held
from portal.accounts.visitor import limit_keys, visitor
from portal.database import now, transaction
from portal.errors import Conflict, Refusal, TooMany
from portal.settings import current_settings
from portal.web.access import public
from portal.web.language import current_language, words
from portal.web.security import local_path


@pages.route("/dang-nhap", methods=["GET", "POST"])
@public
@for_visitors
def sign_in() -> Response:
    """The address. Known or not, the answer is the same: a code is on its way."""
    attempt = current_attempt()
    visitor()  # from now on, so that the second of two clicks is known to be the same browser's
    if "next" in request.args:
        session["next"] = local_path(request.args["next"])
    form = EmailForm(email=attempt.email if attempt else "")
    if request.method == "POST" and form.validate():
        try:
            ask_for_code(form.email.value)
        except TooMany as refusal:
            return page("accounts/sign_in.html", form, refusal, held=held())
        return go_to("accounts.code")
    waiting = attempt is not None and attempt.takes_codes(now())
    return page("accounts/sign_in.html", form, held=held(), waiting=waiting)


@pages.route("/dang-nhap/ma", methods=["GET", "POST"])
@public
@for_visitors
def code() -> Response:
    """The six digits. Whoever comes second with them (two clicks, a copied cookie) is shown how things stand."""
    attempt = current_attempt()
    step = next_page(attempt)
    if attempt is None or step != "accounts.code":
        return go_to(step)
    form = CodeForm()
    if request.method == "POST" and form.validate():
        try:
            return try_code(attempt, form)
        except Conflict:
            return go_to("accounts.code")
        except Refusal as refusal:
            return code_page(attempt, form, refusal)
    return code_page(attempt, form)


def try_code(attempt: SignInAttempt, form: CodeForm) -> Response:
    keys, secret, moment = limit_keys(attempt.email), current_settings().secret_key, now()
    with transaction():
        fault = services.enter_code(attempt, form.code.value, secret, keys, moment)
        arrival = None if fault else go_on(attempt, moment)
    if fault:
        form.add_errors({"code": fault})
        return code_page(attempt, form)
    return welcome(arrival, attempt)


def code_page(attempt: SignInAttempt, form: CodeForm, refusal: Refusal | None = None) -> Response:
    moment = now()
    return page(
        "accounts/code.html",
        form,
        refusal,
        attempt=attempt,
        is_open=attempt.takes_codes(moment),
        resend_in=max(0, round((attempt.created_at + services.RESEND_AFTER - moment).total_seconds())),
        held=held(),
    )


@pages.post("/dang-nhap/gui-lai")
@public
@for_visitors
def resend() -> Response:
    """A new code to the same address."""
    attempt = current_attempt()
    if attempt is None:
        return go_to("accounts.sign_in")
    try:
        fresh = ask_for_code(attempt.email, attempt)
    except TooMany as refusal:
        flash(words(refusal), "error")
    else:
        is_new = fresh.id != attempt.id
        flash(
            gettext("Đã gửi mã mới. Dùng mã trong thư mới nhất.")
            if is_new
            else gettext("Mã vừa được gửi. Chờ thêm vài giây nhé."),
            "done" if is_new else "error",
        )
    return go_to("accounts.code")


def ask_for_code(email: str, instead_of: SignInAttempt | None = None) -> SignInAttempt:
    """Begin an attempt and remember it in this browser. Raises TooMany."""
    keys, browser, moment = limit_keys(email), visitor(), now()
    language, ttl = current_language(), current_settings().code_ttl
    with transaction():
        attempt = services.request_code(email, language, keys, ttl, moment, visitor=browser)
        if instead_of:
            attempt.password_ok_at, attempt.second_ok_at = instead_of.password_ok_at, instead_of.second_ok_at
    session["attempt"] = attempt.token
    return attempt
