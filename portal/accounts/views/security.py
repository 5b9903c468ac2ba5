"""A member's own security: password, second factor, codes on paper."""

from __future__ import annotations

from flask import Response, flash, render_template, request, session, url_for
from flask_babel import gettext
from flask_login import current_user

from portal.accounts import queries, secrets
from portal.accounts.forms import AuthenticatorForm, RecoveryForm
from portal.accounts.services import factors as second
from portal.accounts.views.base import demands, go_to, page, settings
from portal.accounts.views.blueprint import pages
from portal.accounts.views.factors import WRONG_APP_CODE, set_up_page
from portal.accounts.views.freshness import fresh
from portal.database import now, transaction
from portal.errors import N_, Refusal
from portal.web.access import signed_in
from portal.web.security import local_path

LAST_FACTOR = N_("Tài khoản của bạn cần xác thực hai bước, nên không bỏ cách cuối cùng được. Bạn có thể đổi ứng dụng.")


@pages.get("/toi/bao-mat")
@signed_in
def security() -> str:
    """All that has to do with getting in."""
    member = current_user.member
    return render_template(
        "accounts/security.html", factors=queries.factors(member.id), needs_factor=needs_factor(), member=member
    )


def needs_factor() -> bool:
    return demands().strict and current_user.member.is_staff


@pages.route("/toi/bao-mat/ung-dung", methods=["GET", "POST"])
@signed_in
@fresh
def authenticator() -> Response:
    """Set up an authenticator app, in place of one there was."""
    form, member = AuthenticatorForm(token=secrets.new_token()), current_user.member
    if request.method == "POST" and form.validate():
        moment, had = now(), queries.factors(member.id)
        with transaction():
            right = second.set_authenticator(member.id, form.token.data, form.code.value, settings().secret_key, moment)
        if right:
            flash(gettext("Đã bật xác thực bằng ứng dụng."), "done")
            return go_to("accounts.security" if had.recovery_codes else "accounts.recovery_codes")
        form.add_errors({"code": Refusal(WRONG_APP_CODE)})
    return set_up_page("accounts/authenticator.html", form, member)


@pages.post("/toi/bao-mat/ung-dung/bo")
@signed_in
@fresh
def remove_authenticator() -> Response:
    member = current_user.member
    if needs_factor() and not queries.factors(member.id).passkeys:
        raise Refusal(LAST_FACTOR, status=409)
    with transaction():
        second.remove_authenticator(member.id)
    flash(gettext("Đã tắt xác thực bằng ứng dụng."), "done")
    return go_to("accounts.security")


@pages.route("/toi/bao-mat/ma-du-phong", methods=["GET", "POST"])
@signed_in
@fresh
def recovery_codes() -> Response:
    """Ten codes, shown in the answer to one form and never again."""
    form, kept = RecoveryForm(token=secrets.new_token()), queries.factors(current_user.id)
    if not kept:
        return go_to("accounts.security")
    codes: list[str] = []
    if request.method == "POST" and form.validate():
        with transaction():
            codes = second.renew_recovery_codes(current_user.id, form.token.data, settings().secret_key)
    onward = local_path(session["next"]) if "next" in session else url_for("accounts.security")
    return page("accounts/recovery_codes.html", form, codes=codes, kept=kept, onward=onward)
