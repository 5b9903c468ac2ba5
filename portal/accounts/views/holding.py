"""What a visitor clicks is kept for whoever signs in on this browser."""

from __future__ import annotations

from typing import Any

from flask import Response, redirect, request, session, url_for

from portal.accounts import limits, services
from portal.accounts.visitor import address_key, visitor
from portal.database import now, transaction
from portal.errors import Missing
from portal.ideas import queries as ideas


def hold(kind: str, idea_id: int, back: str, *, body: str = "", parent_id: int = 0) -> Any:
    """Keep the wish to support ('vote'), 'follow' or 'comment' on a public idea, and lead to signing in.

    `parent_id` is the comment that `body` answers. Raises Missing and TooMany.
    """
    if not ideas.show(idea_id, None).is_public:
        raise Missing
    browser = visitor()
    with transaction():
        limits.take("begun:address", address_key(), now())
        if body:
            limits.take("hold:address", address_key(), now())
        services.hold(browser, kind, idea_id, now(), body=body, parent_id=parent_id)
    return sign_in_first(back)


def sign_in_first(back: str) -> Any:
    """Lead a button of a page to signing in, and then back to that page."""
    session["next"] = back
    if request.headers.get("HX-Request"):
        return Response(headers={"HX-Redirect": url_for("accounts.sign_in")})
    return redirect(url_for("accounts.sign_in"), 303)
