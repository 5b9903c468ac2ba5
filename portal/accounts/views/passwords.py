"""Passwords: signing in with one, and choosing one. Hashing is slow on purpose and stays outside transactions."""

from __future__ import annotations

from flask import Response, flash, request, session
from flask_babel import gettext
from flask_login import current_user

from portal.accounts import queries, services
from portal.accounts.forms import NewPasswordForm, PasswordSignInForm
from portal.accounts.models import SignInAttempt
from portal.accounts.policy import require_active
from portal.accounts.services.telling import tell
from portal.accounts.views.arrival import go_on, welcome
from portal.accounts.views.base import (
    current_attempt,
    demands,
    for_visitors,
    go_to,
    next_page,
    page,
    place,
)
from portal.accounts.views.blueprint import pages
from portal.accounts.views.freshness import fresh
from portal.accounts.views.kept import held
from portal.accounts.views.signing_in import ask_for_code
from portal.accounts.visitor import limit_keys, visitor
from portal.database import now, transaction
from portal.errors import N_, Conflict, Refusal
from portal.web.access import public, signed_in
from portal.web.language import current_language

WRONG = N_("E-mail hoặc mật khẩu chưa đúng.")


@pages.route("/dang-nhap/mat-khau", methods=["GET", "POST"])
@public
@for_visitors
def password() -> Response:
    """Address and password; what else is needed, `accounts.steps` says."""
    attempt = current_attempt()
    form = PasswordSignInForm(email=attempt.email if attempt else known_email())
    if request.method == "POST" and form.validate():
        try:
            return try_password(form.email.value, form.password.data)
        except Conflict:
            return go_to("accounts.code")
        except Refusal as refusal:
            return password_page(form, attempt, refusal)
    return password_page(form, attempt)


def known_email() -> str:
    """Who proves once more that it is them need not type who they are."""
    return current_user.member.email if current_user.is_authenticated else ""


def password_page(form: PasswordSignInForm, attempt: SignInAttempt | None, refusal: Refusal | None = None) -> Response:
    code_is_proven = next_page(attempt) == "accounts.password"
    return page("accounts/password.html", form, refusal, held=held(), code_is_proven=code_is_proven)


def try_password(email: str, typed: str) -> Response:
    """Raises Refusal in the same words, after the same time, for a wrong password and for an unknown address."""
    keys, moment = limit_keys(email), now()
    with transaction():
        services.count_guess(keys, moment)
    member = queries.member_by_password(email, typed)
    if member is None:
        raise Refusal(WRONG)
    require_active(member)
    attempt = attempt_of(email)
    with transaction():
        services.forgive_guess(keys)
        attempt.password_ok_at = moment
        arrival = go_on(attempt, moment)
    if arrival is None and next_page(attempt) == "accounts.code":  # staff who have no second factor yet
        attempt = ask_for_code(email, attempt)
    return welcome(arrival, attempt)


def attempt_of(email: str) -> SignInAttempt:
    """The attempt of this browser, with what it has proven already, or a new one."""
    attempt = current_attempt()
    if attempt is None or attempt.email != email or attempt.used_at:
        language, moment, browser = current_language(), now(), visitor()
        with transaction():
            attempt = services.open_attempt(email, language, moment, visitor=browser)
        session["attempt"] = attempt.token
    return attempt


@pages.route("/dang-nhap/dat-mat-khau", methods=["GET", "POST"])
@public
@for_visitors
def first_password() -> Response:
    """Staff without a password choose one on the way in; so do those who forgot theirs."""
    attempt = current_attempt()
    step = next_page(attempt)
    if attempt is None or step != "accounts.first_password":
        return go_to(step)
    form = NewPasswordForm()
    if request.method == "POST":
        try:
            return choose(attempt, form.password.data or "")
        except Conflict:
            return go_to("accounts.code")
        except Refusal as refusal:
            form.add_errors({"password": refusal})
    return page("accounts/first_password.html", form, forgotten=attempt.second_ok_at is not None)


def choose(attempt: SignInAttempt, typed: str) -> Response:
    member = queries.member_by_email(attempt.email)
    if member is None:  # gone in the meantime
        return go_to("accounts.code")
    hashed, moment = services.hash_new_password(member, typed), now()
    with transaction():
        services.choose_password(attempt, member, hashed, moment, demands())
        tell(member.id, "password_changed", place(), moment)
        arrival = go_on(attempt, moment)
    return welcome(arrival, attempt)


@pages.route("/toi/mat-khau", methods=["GET", "POST"])
@signed_in
@fresh
def new_password() -> Response:
    """Set or change one's password: only soon after signing in, and whoever got in before is out."""
    form = NewPasswordForm()
    if request.method == "POST":
        try:
            hashed, moment = services.hash_new_password(current_user.member, form.password.data or ""), now()
            with transaction():
                services.change_password(current_user.member, hashed, moment, keep=current_user.device.id)
                tell(current_user.id, "password_changed", place(), moment)
            flash(gettext("Đã lưu mật khẩu mới. Các máy khác đã được đăng xuất, mã API hết dùng được."), "done")
            return go_to("accounts.security")
        except Refusal as refusal:
            form.add_errors({"password": refusal})
    return page("accounts/new_password.html", form)
