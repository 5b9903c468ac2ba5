"""What Flask-Login calls the user: a member on one device, or by one token."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from flask import Flask, Request, Response, redirect, request, session, url_for
from flask_babel import gettext
from flask_login import AnonymousUserMixin, UserMixin

from portal.accounts import queries, services
from portal.accounts.devices import masked
from portal.accounts.models import Member, SignInSession
from portal.accounts.policy import can, units_of
from portal.accounts.queries import Bearer
from portal.database import now, transaction
from portal.errors import N_, Refusal
from portal.extensions import login
from portal.settings import current_settings
from portal.web.errors import MESSAGES, brought_a_form, kept_page, problem
from portal.web.security import bearer_token

TOUCH_EVERY = timedelta(minutes=1)
TOUCH_TOKEN_EVERY = timedelta(hours=1)
FRESH_FOR = timedelta(minutes=10)


class Principal(UserMixin):
    """A signed-in member. `get_id` is the session's token: ending the row signs the device out.

    `asked_at` is the database's clock when it was asked who they are: for what need not ask it again.
    `who` is what was said then: all of the member, or of a token's member as much as it takes to vote.
    """

    def __init__(
        self,
        who: Member | Bearer,
        asked_at: datetime,
        token: str = "",
        device: SignInSession | None = None,
        viewer: Member | None = None,
    ) -> None:
        self.who = who
        self.asked_at = asked_at
        self.token = token
        self.device = device
        self.viewer = viewer  # the administrator who looks at pages as `member`

    @cached_property
    def member(self) -> Member:
        """All of them: by a token one more query, for those calls that want to know it."""
        return self.who if isinstance(self.who, Member) else queries.whole_member(self.who.id)

    def get_id(self) -> str:
        return self.token

    def can(self, action: str, obj: Any = None) -> bool:
        return can(self.member, action, obj)

    def units_of(self, action: str) -> frozenset[int] | None:
        return units_of(self.member, action)

    @property
    def id(self) -> int:
        return self.who.id

    @property
    def unread(self) -> int:
        """How many notices the bell counts; read with the session (`portal.notices.models`)."""
        count: int = self.member.unread  # type: ignore[attr-defined]
        return count

    @property
    def is_fresh(self) -> bool:
        """Signed in within the last ten minutes: who finds an open phone cannot change the password."""
        return self.device is not None and self.viewer is None and now() - self.device.authenticated_at < FRESH_FOR


class Visitor(AnonymousUserMixin):
    """Somebody who has not signed in."""

    member = None
    id = None
    device = None
    viewer = None
    is_fresh = False

    def can(self, _action: str, _obj: Any = None) -> bool:
        return False


def init_app(app: Flask) -> None:
    login.init_app(app)
    login.anonymous_user = Visitor
    login.session_protection = None  # rows decide, not addresses: phones change theirs
    login.user_loader(by_cookie)
    login.request_loader(by_token)
    login.unauthorized_handler(ask_to_sign_in)


def by_cookie(token: str) -> Principal | None:
    """The member of the session row. A request with a bearer token is judged by that alone, never by a cookie."""
    if bearer_token(request):
        return None
    found = queries.live_session(token, current_settings().session_idle)
    if found is None:
        return None
    device, moment = found
    if moment - device.last_seen_at > TOUCH_EVERY:
        with transaction():
            services.touch_session(device.id, moment, masked(request.remote_addr))
        session.modified = True  # the cookie, too, lives on while it is used
    if seen := queries.seen_as(device, moment):
        return Principal(seen, moment, token, device, viewer=device.member)
    return Principal(device.member, moment, token, device)


def by_token(req: Request) -> Principal | None:
    """The member behind a bearer token. A wrong one is said to be wrong, not taken for no token."""
    token = bearer_token(req)
    if not token:
        return None
    found = queries.live_token(token)
    if found is None:
        raise Refusal(N_("Mã truy cập API không đúng hoặc đã bị thu hồi."), status=401)
    if found.last_used_at is None or found.moment - found.last_used_at > TOUCH_TOKEN_EVERY:
        with transaction():
            services.touch_token(found.token_id, found.moment)
    return Principal(found, found.moment)


def ask_to_sign_in() -> Any:
    """The API says 401; a page leads to signing in and, if it was a page to read, back.

    A form that comes without a session waits on the answer until its writer is back, whatever became of the session:
    it ran out, was ended in another tab, or the browser has forgotten its cookies.
    """
    if request.path.startswith("/api/"):
        return problem(401, gettext(MESSAGES[401]))
    if request.method == "GET":
        session["next"] = request.script_root + request.full_path.rstrip("?")
    if request.headers.get("HX-Request"):  # a button of a page: the whole page has to go
        return Response(status=401, headers={"HX-Redirect": url_for("accounts.sign_in")})
    if brought_a_form():
        return kept_page("accounts/session_over.html", 403)
    return redirect(url_for("accounts.sign_in"), 303)
