"""For voters: their support went along when an idea was merged; they keep it or take it back."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user

from portal.database import now, transaction
from portal.errors import Missing
from portal.moderation import queries, services
from portal.moderation.views.blueprint import pages
from portal.notices import services as notices
from portal.web.access import signed_in


@pages.get("/toi/gop/<int:decision_id>")
@signed_in
def moved_vote(decision_id: int) -> str:
    """What happened, and two buttons."""
    moved = queries.moved_vote(decision_id, current_user.id)
    if moved is None:
        raise Missing
    return render_template("moderation/moved_vote.html", moved=moved)


@pages.post("/toi/gop/<int:decision_id>")
@signed_in
def answer_move(decision_id: int) -> Any:
    keep = request.form.get("keep") == "1"
    with transaction():
        into_id = services.answer_move(decision_id, current_user.member, now(), keep=keep)
        notices.done(current_user.id, f"moved:{decision_id}", now())
    flash(gettext("Bạn vẫn ủng hộ ý này.") if keep else gettext("Đã rút lượt ủng hộ."), "done")
    return redirect(url_for("ideas.show", idea_id=into_id), 303)
