"""Whoever finds an open phone cannot take the account: what concerns the way in asks once more who it is."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from flask import Response, flash, redirect, render_template, request, session, url_for
from flask_login import current_user

from portal.accounts.views.base import go_to
from portal.accounts.views.blueprint import pages
from portal.accounts.views.signing_in import ask_for_code
from portal.errors import TooMany
from portal.web.access import signed_in
from portal.web.errors import kept_page
from portal.web.language import words

View = TypeVar("View", bound=Callable[..., Any])


def fresh(view: View) -> View:
    """Below `signed_in`: only within ten minutes of signing in. Others confirm first and come back.

    What was typed in the meantime waits in a form, as when a session has ended.
    """

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if current_user.is_fresh:
            return view(*args, **kwargs)
        if request.method == "POST":
            return kept_page("accounts/session_over.html", 403, stale=True)
        session["next"] = request.script_root + request.full_path.rstrip("?")
        return redirect(url_for("accounts.confirm"), 303)

    return guarded  # type: ignore[return-value]


@pages.route("/toi/xac-nhan", methods=["GET", "POST"])
@signed_in
def confirm() -> Response | str:
    """Prove once more that it is you, by the pages one signs in with."""
    if request.method == "GET":
        return render_template("accounts/confirm.html")
    member = current_user.member
    session["confirming"] = True
    if member.password_hash:
        session.pop("attempt", None)
        return go_to("accounts.password")
    try:
        ask_for_code(member.email)
    except TooMany as refusal:
        flash(words(refusal), "error")
        return go_to("accounts.confirm")
    return go_to("accounts.code")
