"""A member's own security: devices, second factor, codes on paper."""

from __future__ import annotations

from flask import Response, flash, render_template, request, session, url_for
from flask_babel import gettext
from flask_login import current_user

from portal.accounts import queries, services
from portal.accounts.credentials import SECURITY_EVENTS
from portal.accounts.devices import browser_and_system
from portal.accounts.forms import AuthenticatorForm, PasskeyForm, RecoveryForm
from portal.accounts.services import factors as second
from portal.accounts.services import passkeys
from portal.accounts.services.telling import latest
from portal.accounts.views.base import demands, go_to, page, place
from portal.accounts.views.blueprint import pages
from portal.accounts.views.factors import WRONG_APP_CODE, set_up_page, show_app
from portal.accounts.views.freshness import fresh
from portal.database import now, transaction
from portal.errors import Refusal
from portal.settings import current_settings
from portal.web.access import signed_in
from portal.web.security import local_path


@pages.get("/toi/bao-mat")
@signed_in
def security() -> str:
    """All that has to do with getting in."""
    member, moment = current_user.member, now()
    return render_template(
        "accounts/security.html",
        member=member,
        factors=queries.factors(member.id),
        passkeys=passkeys.of(member.id),
        needs_factor=needs_factor(),
        devices=[
            (one, browser_and_system(one.device))
            for one in queries.devices(member, current_settings().session_idle, moment)
        ],
        events=[(one, browser_and_system(one.device)) for one in latest(member.id)],
        titles=SECURITY_EVENTS,
        now=moment,
    )


@pages.post("/toi/bao-mat/may/<int:session_id>")
@signed_in
def end_device(session_id: int) -> Response:
    """Sign one of one's devices out, wherever it is."""
    moment = now()
    with transaction():
        services.end_one_of(current_user.id, session_id, moment)
    flash(gettext("Đã đăng xuất máy đó"), "done")
    return go_to("accounts.security")


@pages.post("/toi/bao-mat/may-khac")
@signed_in
def end_other_devices() -> Response:
    """Sign out everywhere but here."""
    moment = now()
    with transaction():
        services.end_sessions(current_user.id, moment, keep=current_user.device.id)
    flash(gettext("Các máy khác đã được đăng xuất"), "done")
    return go_to("accounts.security")


def needs_factor() -> bool:
    return demands().strict and current_user.member.holds_a_role


@pages.route("/toi/bao-mat/ung-dung", methods=["GET", "POST"])
@signed_in
@fresh
def authenticator() -> Response:
    """Set up an authenticator app, in place of one there was."""
    form, member = AuthenticatorForm(), current_user.member
    if request.method == "POST" and form.validate():
        moment, had = now(), queries.factors(member.id)
        with transaction():
            right = show_app(member, form, moment)
        if right:
            flash(gettext("Đã bật xác thực bằng ứng dụng."), "done")
            return go_to("accounts.security" if had.recovery_codes else "accounts.recovery_codes")
        form.add_errors({"code": Refusal(WRONG_APP_CODE)})
    return set_up_page("accounts/authenticator.html", form, member)


@pages.post("/toi/bao-mat/ung-dung/bo")
@signed_in
@fresh
def remove_authenticator() -> Response:
    moment = now()
    with transaction():
        second.remove_authenticator(current_user.id, place(), moment, needs_factor=needs_factor())
    flash(gettext("Đã tắt xác thực bằng ứng dụng."), "done")
    return go_to("accounts.security")


@pages.route("/toi/bao-mat/khoa", methods=["GET", "POST"])
@signed_in
@fresh
def passkey() -> Response:
    """Add a passkey: the browser makes it, the form brings its public half."""
    form, member, site = PasskeyForm(), current_user.member, passkeys.site(current_settings().base_url)
    is_whole = request.method == "POST" and form.validate()
    challenge = passkeys.challenge(current_settings().secret_key, f"add {member.id}", form.token.data)
    if is_whole and site:
        try:
            made, had = passkeys.read(form.credential.data or "", challenge, site), queries.factors(member.id)
            moment = now()
            with transaction():
                passkeys.add(member, made, form.name.data, place(), moment)
            flash(gettext("Đã thêm khoá."), "done")
            return go_to("accounts.security" if had.recovery_codes else "accounts.recovery_codes")
        except Refusal as refusal:
            form.add_errors({"name": refusal})
    options = passkeys.options_to_create(member, challenge, site, current_settings().secret_key) if site else ""
    return page("accounts/passkey.html", form, options=options)


@pages.post("/toi/bao-mat/khoa/<int:passkey_id>/bo")
@signed_in
@fresh
def remove_passkey(passkey_id: int) -> Response:
    moment = now()
    with transaction():
        passkeys.remove(current_user.id, passkey_id, place(), moment, needs_factor=needs_factor())
    flash(gettext("Đã bỏ khoá."), "done")
    return go_to("accounts.security")


@pages.route("/toi/bao-mat/ma-du-phong", methods=["GET", "POST"])
@signed_in
@fresh
def recovery_codes() -> Response:
    """Ten codes, shown in the answer to one form and never again."""
    form, kept = RecoveryForm(), queries.factors(current_user.id)
    if not kept:
        return go_to("accounts.security")
    codes: list[str] = []
    if request.method == "POST" and form.validate():
        moment = now()
        with transaction():
            codes = second.renew_recovery_codes(
                current_user.id, form.token.data, current_settings().secret_key, place(), moment
            )
    onward = local_path(session["next"]) if "next" in session else url_for("accounts.security")
    return page("accounts/recovery_codes.html", form, codes=codes, kept=kept, onward=onward)
