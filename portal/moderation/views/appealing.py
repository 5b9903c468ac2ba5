"""For authors: asking somebody else to look at a refusal again."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_login import current_user

from portal.database import now, transaction
from portal.errors import Missing
from portal.ideas import queries as ideas
from portal.moderation import queries, services
from portal.moderation.forms import AppealForm
from portal.moderation.views.base import settings
from portal.moderation.views.blueprint import pages
from portal.rules import Invalid
from portal.web.access import signed_in


@pages.get("/y-tuong/<int:idea_id>/xem-lai")
@signed_in
def ask_again(idea_id: int) -> Any:
    """The decision, and room for why it should be looked at again."""
    return _page(idea_id, AppealForm(formdata=None))


@pages.post("/y-tuong/<int:idea_id>/xem-lai")
@signed_in
def appeal(idea_id: int) -> Any:
    form, deadlines = AppealForm(), services.Deadlines.of(settings())
    try:
        with transaction():
            services.appeal(current_user.member, idea_id, form.body.data or "", deadlines, now())
    except Invalid as invalid:
        form.add_errors(invalid.errors)
        return _page(idea_id, form), 422
    flash(gettext("Đã nhận. Một người khác sẽ xem và trả lời bạn bằng thư."), "done")
    return redirect(url_for("ideas.show", idea_id=idea_id), 303)


def _page(idea_id: int, form: AppealForm) -> Any:
    shown = ideas.show(idea_id, current_user.member)
    if shown.idea.author_id != current_user.id:
        raise Missing
    if not queries.appealable(idea_id):
        return redirect(url_for("ideas.show", idea_id=idea_id, slug=shown.slug), 303)
    return render_template("moderation/appeal.html", shown=shown, form=form, decision=queries.last_advice(idea_id))
