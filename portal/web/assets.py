"""Static files under an address that changes with their content, so browsers may keep them for a year."""

from __future__ import annotations

import hashlib
from pathlib import Path

from apiflask import APIFlask
from flask import Flask, Request, Response, abort, send_from_directory
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface

from portal.web.access import public

YEAR = 31_536_000


class Sessions(SecureCookieSessionInterface):
    """Assets are the same for everybody: without a session no cache keeps a copy for each cookie.

    Where there is no cookie there is nothing to open: making what would read it costs more than reading.
    """

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if request.path.startswith("/assets/"):
            return None
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)


def init_app(app: APIFlask, folder: Path) -> None:
    """One hash for the whole folder: relative addresses inside the CSS then need no rewriting."""
    whole = hashlib.sha256()
    for file in sorted(folder.rglob("*")):
        if file.is_file():
            whole.update(file.relative_to(folder).as_posix().encode() + b"\0" + file.read_bytes())
    version = whole.hexdigest()[:12]
    app.session_interface = Sessions()

    @app.get("/assets/<hash_>/<path:name>")
    @app.doc(hide=True)
    @public
    def asset(hash_: str, name: str) -> Response:
        if hash_ != version:
            abort(404)
        response = send_from_directory(folder, name, etag=False)
        response.headers["Cache-Control"] = f"public, max-age={YEAR}, immutable"
        return response

    @app.template_global()
    def asset_url(name: str) -> str:
        """No language prefix: both languages share the copy."""
        return f"/assets/{version}/{name}"
