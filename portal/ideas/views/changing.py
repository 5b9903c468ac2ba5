"""What authors do with an idea they have sent: change it while nobody has decided about it, take it back."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user

from portal.database import now, transaction
from portal.errors import Conflict, Missing, Refusal
from portal.ideas import queries, services
from portal.ideas.forms import IdeaForm
from portal.ideas.models import Idea
from portal.ideas.queries import Shown
from portal.ideas.views.blueprint import pages
from portal.ideas.views.writing import idea_form
from portal.rules import Invalid
from portal.units.queries import reference
from portal.web.access import signed_in
from portal.web.ids import row_id
from portal.web.language import words


@pages.get("/y-tuong/<int:idea_id>/sua")
@signed_in
def edit(idea_id: int) -> Any:
    shown = _my_idea(idea_id)
    if shown.idea.status not in (*services.EDITABLE, *services.CHANGEABLE):
        raise services.not_editable()
    start = queries.proposed(shown) or shown.content
    return _editing_page(idea_form(start.as_dict(), shown.campaign), shown.idea)


@pages.post("/y-tuong/<int:idea_id>/sua")
@signed_in
def revise(idea_id: int) -> Any:
    shown = _my_idea(idea_id)
    form, member = idea_form(also=shown.campaign), current_user.member
    version = row_id(request.form.get("version")) or 0
    try:
        with transaction():
            if shown.is_public:
                hide_old = "hide_old" in request.form
                services.propose(member, idea_id, version, form.content(), now(), hide_old=hide_old)
            else:
                services.revise(member, idea_id, version, form.content(), now())
    except Invalid as invalid:
        form.add_errors(invalid.errors)
        return _editing_page(form, shown.idea)
    except (Conflict, Refusal) as refusal:
        if refusal.status == 404:
            raise
        return _editing_page(form, shown.idea, refusal)
    flash(
        gettext("Đã gửi bản sửa. Trang vẫn như cũ đến khi người duyệt đọc xong.")
        if shown.is_public
        else gettext("Đã gửi lại. Chúng mình xem bản mới này."),
        "kept",
    )
    return redirect(url_for("ideas.show", idea_id=idea_id), 303)


def _my_idea(idea_id: int) -> Shown:
    shown = queries.show(idea_id, current_user.member)
    if shown.idea.author_id != current_user.id:
        raise Missing
    return shown


def _editing_page(form: IdeaForm, idea: Idea, conflict: Refusal | None = None) -> Any:
    page = render_template(
        "ideas/edit.html",
        form=form,
        idea=idea,
        hide_old="hide_old" in request.form or (request.method == "GET" and queries.hides_old(idea.id)),
        conflict=words(conflict) if conflict else "",
        fields=reference().fields,
    )
    return page, conflict.status if conflict else 422 if form.errors else 200


@pages.post("/y-tuong/<int:idea_id>/sua/rut")
@signed_in
def take_back_edit(idea_id: int) -> Any:
    """Leave the public page as it is."""
    with transaction():
        services.take_back_edit(current_user.member, idea_id, now())
    flash(gettext("Đã rút bản sửa. Trang giữ như cũ."), "done")
    return redirect(url_for("ideas.show", idea_id=idea_id), 303)


@pages.post("/y-tuong/<int:idea_id>/rut")
@signed_in
def withdraw(idea_id: int) -> Any:
    member, why = current_user.member, request.form
    with transaction():
        services.withdraw(member, idea_id, why.get("reason", ""), now(), note=why.get("note", ""))
    flash(gettext("Đã rút ý tưởng."), "done")
    return redirect(url_for("accounts.me"), 303)
