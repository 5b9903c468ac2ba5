"""The second step of signing in: the app, a code on paper, and for staff who have neither, setting one up."""

from __future__ import annotations

from datetime import datetime

from flask import Response, flash, request
from flask_babel import gettext, ngettext

from portal.accounts import queries, services, steps
from portal.accounts.forms import AuthenticatorForm, SecondFactorForm
from portal.accounts.models import Member, SignInAttempt
from portal.accounts.services import factors as second
from portal.accounts.services import passkeys
from portal.accounts.services.telling import tell
from portal.accounts.views.arrival import go_on, welcome
from portal.accounts.views.base import current_attempt, demands, for_visitors, go_to, next_page, page, place
from portal.accounts.views.blueprint import pages
from portal.accounts.views.pictures import qr
from portal.accounts.visitor import limit_keys
from portal.database import now, transaction
from portal.errors import N_, Conflict, Refusal
from portal.settings import current_settings
from portal.web.access import public

WRONG_APP_CODE = N_("Mã chưa đúng. Xem lại giờ trên điện thoại, rồi nhập mã đang hiện trong ứng dụng.")


@pages.route("/dang-nhap/buoc-hai", methods=["GET", "POST"])
@public
@for_visitors
def second_factor() -> Response:
    """Six digits of the app, or a recovery code."""
    attempt = current_attempt()
    member = queries.member_by_email(attempt.email) if attempt else None
    kept = queries.factors(member.id) if member else None
    if attempt is None or member is None or not kept or not steps.may_prove_second(attempt, kept, now(), demands()):
        return go_to(next_page(attempt))
    form = SecondFactorForm()
    shown = request.form.get("credential", "")
    if request.method == "POST" and (shown or form.validate()):
        try:
            return try_second_factor(attempt, member, form, shown)
        except Conflict:
            return go_to("accounts.code")
        except Refusal as refusal:
            return second_page(attempt, member, form, refusal)
    return second_page(attempt, member, form)


def second_page(
    attempt: SignInAttempt, member: Member, form: SecondFactorForm, refusal: Refusal | None = None
) -> Response:
    kept, site = queries.factors(member.id), passkeys.site(current_settings().base_url)
    options = ""
    if kept.passkeys and site:
        fresh = passkeys.challenge(current_settings().secret_key, "sign in", attempt.token)
        options = passkeys.options_to_prove(member.id, fresh, site)
    return page("accounts/second_factor.html", form, refusal, kept=kept, options=options)


def try_second_factor(attempt: SignInAttempt, member: Member, form: SecondFactorForm, shown: str) -> Response:
    """`shown` is the answer of a passkey; without one it is the code that was typed."""
    keys, secret, moment = limit_keys(attempt.email), current_settings().secret_key, now()
    site, before = passkeys.site(current_settings().base_url), queries.factors(member.id).recovery_codes
    with transaction():
        if shown and site:
            fault = services.show_passkey(attempt, member, shown, site, secret, who_limits=keys, now=moment)
        else:
            fault = services.enter_second_factor(attempt, member, form.code.data, secret, keys, moment)
        left = queries.factors(member.id).recovery_codes
        if left < before:
            tell(member.id, "recovery_code_used", place(), moment)
        arrival = None if fault else go_on(attempt, moment)
    if fault:
        form.add_errors({"code": fault})
        return second_page(attempt, member, form)
    answer = welcome(arrival, attempt)
    if left < before:
        flash(ngettext("Bạn còn %(num)s mã dự phòng.", "Bạn còn %(num)s mã dự phòng.", left), "done")
    return answer


@pages.route("/dang-nhap/ung-dung", methods=["GET", "POST"])
@public
@for_visitors
def first_factor() -> Response:
    """Staff set up an app at their first sign-in, when mailbox and password are proven."""
    attempt = current_attempt()
    step = next_page(attempt)
    member = queries.member_by_email(attempt.email) if attempt else None
    if attempt is None or member is None or step != "accounts.first_factor":
        return go_to(step)
    form = AuthenticatorForm()
    if request.method == "POST" and form.validate():
        moment = now()
        with transaction():
            right = show_app(member, form, moment)
            if right:
                attempt.second_ok_at = moment
            arrival = go_on(attempt, moment) if right else None
        if right:
            return welcome(arrival, attempt, by_way_of="accounts.recovery_codes")
        form.add_errors({"code": Refusal(WRONG_APP_CODE)})
    return set_up_page("accounts/first_factor.html", form, member)


def show_app(member: Member, form: AuthenticatorForm, moment: datetime) -> bool:
    """Whether the app showed the right code: from now on it counts."""
    return second.set_authenticator(
        member.id, form.token.data, form.code.value, current_settings().secret_key, place(), moment
    )


def set_up_page(template: str, form: AuthenticatorForm, member: Member) -> Response:
    """The picture for the app's camera, and the same in letters for those who cannot use it."""
    token = form.token.data
    secret = second.secret_of(member.id, token, current_settings().secret_key)
    address = second.address_of(member, token, current_settings().secret_key)
    return page(
        template, form, picture=qr(address, gettext("Mã QR cho ứng dụng xác thực")), link=address, secret=secret
    )
