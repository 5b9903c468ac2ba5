"""The vote button."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request
from flask_login import current_user

from portal.accounts.views.holding import hold
from portal.database import now, transaction
from portal.ideas import queries as ideas
from portal.voting import services
from portal.web.access import public
from portal.web.security import local_path

pages = Blueprint("voting", __name__)

SIZES = ("card", "page", "aside")


@pages.post("/y-tuong/<int:idea_id>/ung-ho")
@public
def support(idea_id: int) -> Any:
    """`support` is the wished state, so sending it twice is sending it once. Visitors' support is held."""
    wished, back = request.form.get("support") != "0", local_path(request.form.get("back"))
    if not current_user.is_authenticated:
        return hold("vote", idea_id, back)
    member = current_user.member
    with transaction():
        votes = (services.cast if wished else services.take_back)(member, idea_id, now())
    if not request.headers.get("HX-Request"):
        return redirect(back, 303)
    size = request.form.get("size")
    return render_template(
        "voting/button.html",
        idea=ideas.show(idea_id, member).idea,
        votes=votes,
        voted=wished,
        size=size if size in SIZES else "card",
        back=back,
    )
