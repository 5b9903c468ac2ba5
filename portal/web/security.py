"""Headers of every answer, and who may make a change: same origin always, a token once signed in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlsplit

from flask import Flask, Request, Response, current_app, request, session
from flask_login import current_user

from portal.errors import N_, Refusal
from portal.extensions import csrf

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; "
    "script-src 'self'; "
    "style-src 'self'; "
    "font-src 'self'; "
    "img-src 'self' data:; "
    "connect-src 'self'; "
    "manifest-src 'self'; "
    "form-action 'self'; "
    "base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
"""Of every answer that does not say otherwise itself."""
View = TypeVar("View", bound=Callable[..., Any])
SAFE_METHODS = {"GET", "HEAD", "OPTIONS"}


class OnlyLooking(Refusal):
    """An administrator looks at pages as somebody else: nothing can be changed meanwhile, by nobody's hand."""

    status = 403

    def __init__(self) -> None:
        super().__init__(N_("Bạn đang xem như người khác nên không thay đổi được gì. Thôi xem rồi làm tiếp."))


class ForeignOrigin(Refusal):
    status = 403

    def __init__(self) -> None:
        super().__init__(N_("Yêu cầu này đến từ một trang khác nên không được nhận."))


def init_app(app: Flask) -> None:
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False  # the check below decides when
    app.config["WTF_CSRF_TIME_LIMIT"] = None  # as long as the session: a slow writer loses nothing
    csrf.init_app(app)
    app.before_request(check_origin)
    app.after_request(add_headers)


def carries_its_own_proof(view: View) -> View:
    """A route that checks a signature of its own instead of origin and CSRF token: mail providers call it."""
    view.own_proof = True  # type: ignore[attr-defined]
    return view


def ends_looking(view: View) -> View:
    """The one change somebody may make who looks at pages as somebody else: to stop."""
    view.ends_looking = True  # type: ignore[attr-defined]
    return view


def check_origin() -> None:
    """Refuse changes that come from elsewhere; with a signed-in session the token is compulsory too.

    A call of the API with a bearer token is judged by that token alone (`accounts.principal`), so it is let through.
    """
    view = current_app.view_functions.get(request.endpoint or "")
    if request.method in SAFE_METHODS or bearer_token(request) or getattr(view, "own_proof", False):
        return
    site = request.headers.get("Sec-Fetch-Site")
    origin = request.headers.get("Origin")
    if site not in {None, "same-origin", "none"}:
        raise ForeignOrigin
    if site is None and origin is not None and urlsplit(origin).netloc != request.host:
        raise ForeignOrigin
    if "_user_id" in session and current_user.is_authenticated:
        csrf.protect()
        if current_user.viewer is not None and not getattr(view, "ends_looking", False):
            raise OnlyLooking


def bearer_token(req: Request) -> str:
    """The token of a call of the API, '' if it has none: who is let past the checks above is then judged by it alone.

    One rule for both: a header that one side took for a token and the other for none would let a cookie past them.
    """
    scheme, _, token = req.headers.get("Authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and req.path.startswith("/api/") else ""


def add_headers(response: Response) -> Response:
    headers = response.headers
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    if current_app.config["SESSION_COOKIE_SECURE"]:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if request.endpoint != "asset":  # the same for everybody, and kept for a year
        by_token = ("Authorization", "Accept-Language") if request.path.startswith("/api/") else ()
        response.vary.update(("Cookie", *by_token))
        headers.setdefault("Cache-Control", _for_whom())
    return response


def _for_whom() -> str:
    """Cache-Control: what a member reads is stored nowhere; what a visitor has begun, in no shared cache."""
    if "_user_id" in session or bearer_token(request):
        return "private, no-store"
    return "private, no-cache" if "visitor" in session else "no-cache"


def local_path(target: str | None) -> str:
    """Where to go next, but only inside this portal: '/' for anything that could lead elsewhere."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return "/"
    if any(ord(mark) < 33 or mark == "\\" or ord(mark) == 127 for mark in target):
        return "/"
    parts = urlsplit(target)
    return "/" if parts.scheme or parts.netloc else target
