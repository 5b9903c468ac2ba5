"""The name by which a browser is known before anybody signs in on it: a random token in its session cookie."""

from __future__ import annotations

from flask import session

from portal.accounts.secrets import new_token


def visitor() -> str:
    """This browser's token, made at the first need of it."""
    if "visitor" not in session:
        session["visitor"] = new_token()
        session.permanent = True  # what is held for a visitor outlives the closing of the browser
    return str(session["visitor"])


def known_visitor() -> str | None:
    """This browser's token if it has one: reading a page gives nobody a cookie."""
    return session.get("visitor")
