"""An official answer: where an idea goes next, and what the unit says about it."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_login import current_user

from portal.accounts import policy
from portal.database import now, transaction
from portal.errors import Missing
from portal.ideas import queries, services, states
from portal.ideas.forms import AnswerForm
from portal.ideas.queries import Shown
from portal.ideas.views.blueprint import pages
from portal.rules import Invalid
from portal.units.queries import reference
from portal.web.access import allowed


@pages.get("/y-tuong/<int:idea_id>/phan-hoi")
@allowed("organise")
def answer(idea_id: int) -> Any:
    shown = _to_answer(idea_id)
    if not states.answers(shown.idea.status):  # its way is at an end
        return redirect(url_for("ideas.show", idea_id=idea_id, slug=shown.slug), 303)
    return _page(shown, AnswerForm(shown.idea.status, formdata=None))


@pages.post("/y-tuong/<int:idea_id>/phan-hoi")
@allowed("organise")
def send_answer(idea_id: int) -> Any:
    shown = _to_answer(idea_id)
    form = AnswerForm(shown.idea.status)
    said = (form.note_vi.data or "", form.note_en.data or "")
    try:
        with transaction():
            services.answer(current_user.member, idea_id, form.status.data or "", said, now())
    except Invalid as invalid:
        form.add_errors(invalid.errors)
        return _page(shown, form), 422
    flash(gettext("Đã đăng phản hồi. Tác giả và người theo dõi được báo."), "kept")
    return redirect(url_for("ideas.show", idea_id=idea_id, slug=shown.slug), 303)


def _to_answer(idea_id: int) -> Shown:
    """A public idea of a unit for which the reader speaks, and not their own. Raises Missing."""
    shown = queries.show(idea_id, current_user.member)
    if not shown.is_public or shown.is_by(current_user.id) or not current_user.can("organise", shown.idea):
        raise Missing
    return shown


def _page(shown: Shown, form: AnswerForm) -> str:
    unit_id = policy.unit_for(current_user.member, "organise", shown.idea)
    signed = reference().unit_by_id[unit_id or reference().centre.id]
    return render_template("ideas/answer.html", shown=shown, idea=shown.idea, form=form, signed=signed)
