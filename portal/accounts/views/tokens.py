"""A member's own keys to the API: made and shown once, listed, revoked."""

from __future__ import annotations

from flask import Response, flash, request
from flask_babel import gettext
from flask_login import current_user

from portal.accounts import limits, queries, services
from portal.accounts.forms import TokenForm
from portal.accounts.services.telling import tell
from portal.accounts.views.base import go_to, page, place
from portal.accounts.views.blueprint import pages
from portal.accounts.views.freshness import fresh
from portal.database import now, transaction
from portal.errors import TooMany
from portal.web.access import signed_in


@pages.route("/toi/bao-mat/ma-api", methods=["GET", "POST"])
@signed_in
@fresh
def api_tokens() -> Response:
    """The form carries the token, so that sent twice it makes one; the page that answers is the only one to show it."""
    form, refusal, made = TokenForm(), None, ""
    if request.method == "POST" and form.validate():
        try:
            made = _make(form)
            form = TokenForm(formdata=None)
        except TooMany as too_many:
            refusal = too_many
    return page("accounts/tokens.html", form, refusal, made=made, tokens=queries.tokens(current_user.id), now=now())


def _make(form: TokenForm) -> str:
    moment, member, token = now(), current_user.member, str(form.token.data)
    with transaction():
        if queries.live_token(token) is None:
            limits.take("token:account", str(member.id), moment)
            services.issue_token(member, moment, name=form.name.data, token=token)
            tell(member.id, "token_made", place(), moment)
    return token


@pages.post("/toi/bao-mat/ma-api/<int:token_id>/thu-hoi")
@signed_in
def revoke_token(token_id: int) -> Response:
    moment = now()
    with transaction():
        services.end_one_token(current_user.id, token_id, place(), moment)
    flash(gettext("Đã thu hồi mã đó"), "done")
    return go_to("accounts.api_tokens")
