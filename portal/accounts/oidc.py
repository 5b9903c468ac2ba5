"""Another service's word for who somebody is (OpenID Connect). Off unless OIDC_ISSUER is set; needs the extra `oidc`."""

from __future__ import annotations

import logging
from typing import Any

from flask import Flask, current_app, session

from portal.accounts import rules
from portal.errors import N_, Missing, Refusal
from portal.settings import Oidc, Settings, SettingsError, current_settings

log = logging.getLogger(__name__)

PATIENCE = 5  # seconds for each answer
NO_ANSWER = N_("Chưa đăng nhập được bằng %(name)s. Thử lại, hoặc dùng mã qua e-mail.")
NOT_VERIFIED = N_("%(name)s chưa xác nhận e-mail của bạn, nên ở đây bạn dùng mã qua e-mail nhé.")


def init_app(app: Flask, settings: Settings) -> None:
    """Get to know the provider. Raises SettingsError when the library is not installed."""
    if settings.oidc is None:
        return
    try:
        from authlib.integrations.flask_client import OAuth  # noqa: PLC0415  # an extra, and half a second to load
    except ImportError as error:
        raise SettingsError("OIDC_ISSUER needs Authlib: install the extra 'oidc' of this package.") from error
    app.extensions["oidc"] = OAuth(app).register(
        "oidc",
        client_id=settings.oidc.client_id,
        client_secret=settings.oidc.client_secret,
        server_metadata_url=f"{settings.oidc.issuer}/.well-known/openid-configuration",
        client_kwargs={"scope": "openid email", "code_challenge_method": "S256", "default_timeout": PATIENCE},
    )


def begin(back: str) -> Any:
    """A redirect to the provider, which sends the browser back to `back`. Raises Refusal if it does not answer.

    State, nonce and PKCE verifier of one try are in the cookie: an older try ends here, so that it does not fill up.
    """
    for name in [name for name in session if name.startswith("_state_oidc_")]:
        session.pop(name)
    return _ask(lambda: current_app.extensions["oidc"].authorize_redirect(back))


def service() -> Oidc:
    """The service that people may sign in by. Raises Missing if there is none."""
    chosen = current_settings().oidc
    if chosen is None:
        raise Missing
    return chosen


def verified_address() -> str:
    """The address the provider vouches for in the answer to this request.

    Raises Refusal for every answer that is not whole, not ours, or about an address that it has not verified.
    """
    provider, about = current_app.extensions["oidc"], service()
    issued_by_them = {"iss": {"essential": True, "values": [about.issuer, f"{about.issuer}/"]}}

    def claims() -> dict[str, Any]:
        token = provider.authorize_access_token(claims_options=issued_by_them)
        told: dict[str, Any] = token["userinfo"]  # of the signed token; absent if there is none
        if "email" not in told:
            more = provider.userinfo(token=token)
            told = {**more, **told} if more["sub"] == told["sub"] else told
        return told

    told = _ask(claims)
    if told.get("email_verified") is not True or not told.get("email"):
        raise Refusal(NOT_VERIFIED, name=about.name)
    return rules.read_email(str(told["email"]))


def _ask(question: Any) -> Any:
    """Whatever goes wrong between two services is one thing to the person who waits; the log says what it was."""
    try:
        return question()
    except Exception as error:
        log.warning("oidc: %s: %s", type(error).__name__, getattr(error, "error", "") or "")
        raise Refusal(NO_ANSWER, name=service().name) from error
