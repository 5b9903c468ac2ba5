"""Signing in by another service that vouches for the address: one more way to prove the mailbox, and nothing more."""

from __future__ import annotations

from flask import Response, redirect, request, session
from flask_login import current_user

from portal.accounts import limits, oidc, services
from portal.accounts.forms import EmailForm
from portal.accounts.views.arrival import go_on, welcome
from portal.accounts.views.base import go_to, page
from portal.accounts.views.blueprint import pages
from portal.accounts.views.kept import held
from portal.accounts.visitor import address_key, visitor
from portal.database import db, now, transaction
from portal.errors import Refusal
from portal.settings import current_settings
from portal.web.access import public
from portal.web.language import current_language


@pages.get("/dang-nhap/oidc")
@public
def oidc_begin() -> Response:
    """To the provider, by a link: `form-action` lets forms lead nowhere else. It changes only this browser's cookie."""
    oidc.service()
    if current_user.is_authenticated:
        return go_to("accounts.me")
    visitor()
    session["root"] = request.script_root  # the provider knows one address to send people back to
    try:
        return oidc.begin(f"{current_settings().base_url}/dang-nhap/oidc/ve")
    except Refusal as refusal:
        return _sign_in_page(refusal)


@pages.get("/dang-nhap/oidc/ve")
@public
def oidc_end() -> Response:
    """Back from the provider. From here on it is as after a right code: date of birth, password, second factor."""
    oidc.service()
    if current_user.is_authenticated:  # the back button, or another tab
        return go_to("accounts.me")
    if root := session.pop("root", ""):
        return redirect(root + request.full_path, 303)  # type: ignore[return-value]  # Flask's own Response
    try:
        with transaction():
            limits.take("code:address", address_key(), now())
        email = oidc.verified_address()
    except Refusal as refusal:
        return _sign_in_page(refusal)
    moment, browser, language = now(), visitor(), current_language()
    with transaction():
        attempt = services.open_attempt(email, language, moment, visitor=browser)
        attempt.code_ok_at = moment
        db.session.flush()
        arrival = go_on(attempt, moment)
    session["attempt"] = attempt.token
    return welcome(arrival, attempt)


def _sign_in_page(refusal: Refusal) -> Response:
    return page("accounts/sign_in.html", EmailForm(formdata=None), refusal, held=held())
