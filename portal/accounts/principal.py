"""What Flask-Login calls the user: a member on one device, or by one token."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask, redirect, request, session, url_for
from flask_babel import gettext
from flask_login import AnonymousUserMixin, UserMixin

from portal.accounts import queries, services
from portal.accounts.models import Member, SignInSession
from portal.accounts.policy import can
from portal.database import now, transaction
from portal.extensions import login
from portal.web.errors import MESSAGES, problem

TOUCH_EVERY = timedelta(minutes=1)


class Principal(UserMixin):
    """A signed-in member. `get_id` is the session's token: ending the row signs the device out."""

    def __init__(self, member: Member, token: str = "", device: SignInSession | None = None) -> None:
        self.member = member
        self.token = token
        self.device = device

    def get_id(self) -> str:
        return self.token

    def can(self, action: str) -> bool:
        return can(self.member, action)

    @property
    def id(self) -> int:
        return self.member.id


class Visitor(AnonymousUserMixin):
    """Somebody who has not signed in."""

    member = None
    id = None
    device = None

    def can(self, _action: str) -> bool:
        return False


def init_app(app: Flask) -> None:
    login.init_app(app)
    login.anonymous_user = Visitor
    login.session_protection = None  # rows decide, not addresses: phones change theirs
    idle = app.config["SETTINGS"].session_idle

    @login.user_loader
    def by_cookie(token: str) -> Principal | None:
        moment = now()
        device = queries.live_session(token, idle, moment)
        if device is None:
            return None
        if moment - device.last_seen_at > TOUCH_EVERY:
            with transaction():
                services.touch_session(device.id, moment)
        return Principal(device.member, token, device)

    @login.request_loader
    def by_token(req: Any) -> Principal | None:
        scheme, _, token = req.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            return None
        member = queries.member_by_token(token.strip())
        return Principal(member, token="") if member else None

    @login.unauthorized_handler
    def ask_to_sign_in() -> Any:
        if request.path.startswith("/api/"):
            return problem(401, gettext(MESSAGES[401]))
        if request.method == "GET":
            session["next"] = request.script_root + request.full_path.rstrip("?")
        return redirect(url_for("accounts.sign_in"), 303)
