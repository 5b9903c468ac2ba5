"""Passwords: signing in with one, and choosing one. Hashing is slow on purpose and stays outside transactions."""

from __future__ import annotations

from flask import Response, flash, request
from flask_babel import gettext
from flask_login import current_user

from portal.accounts import queries, services
from portal.accounts.forms import NewPasswordForm, PasswordSignInForm
from portal.accounts.models import Member, SignInAttempt
from portal.accounts.policy import require_active
from portal.accounts.views.arrival import arrive, welcome
from portal.accounts.views.base import (
    current_attempt,
    for_visitors,
    go_to,
    held_titles,
    next_step,
    page,
    settings,
)
from portal.accounts.views.blueprint import pages
from portal.accounts.views.signing_in import ask_for_code
from portal.accounts.visitor import limit_keys
from portal.database import now, transaction
from portal.errors import N_, Conflict, Refusal
from portal.web.access import public, signed_in

WRONG = N_("E-mail hoặc mật khẩu chưa đúng.")


@pages.route("/dang-nhap/mat-khau", methods=["GET", "POST"])
@public
@for_visitors
def password() -> Response:
    """Address and password; in production staff are asked for the code, too."""
    attempt = current_attempt()
    form = PasswordSignInForm(email=attempt.email if attempt else "")
    if request.method == "POST" and form.validate():
        try:
            member = right_password(form.email.value, form.password.data)
            return go_on(member)
        except Conflict:
            return go_to("accounts.code")
        except Refusal as refusal:
            return page("accounts/password.html", form, refusal, held=held_titles())
    return page("accounts/password.html", form, held=held_titles())


def right_password(email: str, typed: str) -> Member:
    """Raises Refusal in the same words, after the same time, for a wrong password and for an unknown address."""
    keys, moment = limit_keys(email), now()
    with transaction():
        services.count_password_try(keys, moment)
    member = queries.member_by_password(email, typed)
    if member is None:
        raise Refusal(WRONG)
    require_active(member)
    return member


def go_on(member: Member) -> Response:
    """In, unless the second factor is missing; a code proven in this browser before the password counts."""
    attempt, moment, strict = current_attempt(), now(), settings().production
    if not (strict and member.is_staff):
        with transaction():
            arrival = arrive(member, moment)
        return welcome(arrival)
    if attempt is None or attempt.email != member.email or attempt.used_at:
        attempt = ask_for_code(member.email or "")
    with transaction():
        attempt.password_ok_at = moment
        if services.finish(attempt, moment, strict=strict) is None:
            return go_to("accounts.code")
        arrival = arrive(member, moment)
    return welcome(arrival)


@pages.route("/dang-nhap/dat-mat-khau", methods=["GET", "POST"])
@public
@for_visitors
def first_password() -> Response:
    """Staff without a password choose one at their first sign-in in production."""
    attempt = current_attempt()
    step = next_step(attempt)
    if attempt is None or step != "accounts.first_password":
        return go_to(step)
    form = NewPasswordForm()
    if request.method == "POST":
        try:
            return choose_first(attempt, form.password.data or "")
        except Conflict:
            return go_to("accounts.code")
        except Refusal as refusal:
            form.add_errors({"password": refusal})
    return page("accounts/first_password.html", form)


def choose_first(attempt: SignInAttempt, typed: str) -> Response:
    member = queries.member_by_email(attempt.email)
    if member is None:  # gone in the meantime
        return go_to("accounts.code")
    hashed, moment = services.hash_new_password(member, typed), now()
    with transaction():
        services.choose_first_password(attempt, member, hashed, moment)
        services.finish(attempt, moment, strict=settings().production)
        arrival = arrive(member, moment)
    return welcome(arrival)


@pages.route("/toi/mat-khau", methods=["GET", "POST"])
@signed_in
def new_password() -> Response:
    """Set or change one's password: only soon after signing in, and it signs every other device out."""
    form, fresh = NewPasswordForm(), current_user.is_fresh
    if request.method == "POST" and fresh:
        try:
            hashed, moment = services.hash_new_password(current_user.member, form.password.data or ""), now()
            with transaction():
                services.change_password(current_user.member, hashed, moment, keep=current_user.device.id)
            flash(gettext("Đã lưu mật khẩu mới. Các máy khác đã được đăng xuất."), "done")
            return go_to("accounts.settings")
        except Refusal as refusal:
            form.add_errors({"password": refusal})
    return page("accounts/new_password.html", form, fresh=fresh)
