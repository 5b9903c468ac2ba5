"""A visitor's page that has not changed is not sent again: 304 and no body.

Its ETag is a hash of what was rendered. That works for visitors, whose pages hold nothing that differs from one
answer to the next; a member's page holds a token, and is kept nowhere anyway (`Cache-Control: no-store`).
"""

from __future__ import annotations

from flask import Flask, Response, request, session

KINDS = {"text/html", "application/atom+xml"}


def init_app(app: Flask) -> None:
    """Registered after flask-compress, so it runs before: that one adds the encoding to the tag and compares again."""
    app.after_request(tag)


def tag(response: Response) -> Response:
    plain = request.method in {"GET", "HEAD"} and response.status_code == 200 and not response.is_streamed
    if plain and response.mimetype in KINDS and "_user_id" not in session and not session.modified:
        response.add_etag(weak=True)
        response.make_conditional(request)
    return response
