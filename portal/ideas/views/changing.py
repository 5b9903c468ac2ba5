"""What authors do with an idea they have sent: change it while nobody has decided about it, take it back."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from wtforms import Field

from portal.database import now, transaction
from portal.errors import Conflict, Missing, Refusal
from portal.ideas import queries, services
from portal.ideas.forms import IdeaForm, WithdrawForm
from portal.ideas.queries import LastSent, Shown
from portal.ideas.views import choosing, reading
from portal.ideas.views.blueprint import pages
from portal.ideas.views.writing import idea_form
from portal.rules import Invalid
from portal.units.queries import reference
from portal.web import ids
from portal.web.access import signed_in
from portal.web.ids import row_id
from portal.web.language import words


@pages.get("/y-tuong/<int:idea_id>/sua")
@signed_in
def edit(idea_id: int) -> Any:
    shown = _my_idea(idea_id)
    if not _may_change(shown):
        raise services.not_editable()
    last = queries.last_sent(shown, or_refused="tiep" in request.args)
    return _editing_page(_form(shown, last), shown, last.mark, last=last)


@pages.post("/y-tuong/<int:idea_id>/sua")
@signed_in
def revise(idea_id: int) -> Any:
    shown = _my_idea(idea_id)
    last = queries.last_sent(shown)
    form, seen = _form(shown, last), request.form.get("version", "")
    if seen == last.mark:
        choosing.take_the_other(form, last.content.as_dict())
    try:
        with transaction():
            _send(form, shown, seen)
    except Invalid as invalid:
        form.add_errors(invalid.errors)
        return _editing_page(form, shown, seen or last.mark)
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return _refused_page(form, idea_id, seen, refusal)
    flash(
        gettext("Đã gửi bản sửa. Trang vẫn như cũ đến khi người duyệt đọc xong.")
        if shown.is_public
        else gettext("Đã gửi lại. Chúng mình xem bản mới này."),
        "kept",
    )
    return redirect(url_for("ideas.show", idea_id=idea_id), 303)


def _form(shown: Shown, last: LastSent) -> IdeaForm:
    """What was typed, or what was sent last. Where a public idea takes part is decided, so that is not asked again."""
    start = None if request.method == "POST" else last.content.as_dict()
    return idea_form(start, shown.campaign, last.answers, stays=shown.is_public)


def _my_idea(idea_id: int) -> Shown:
    shown = queries.show(idea_id, current_user.member)
    if shown.idea.author_id != current_user.id:
        raise Missing
    return shown


def _send(form: IdeaForm, shown: Shown, seen: str) -> None:
    """Send the words, written from what the page saw: a version of the idea, and after a point the edit that waited."""
    member, idea_id = current_user.member, shown.idea.id
    version, _, edit = seen.partition(".")
    if shown.is_public:
        also: dict[str, Any] = {"hide_old": "hide_old" in request.form, "instead_of": row_id(edit)}
        services.propose(member, idea_id, ids.version(version), form.content(), now(), **also)
    else:
        services.revise(member, idea_id, ids.version(version), form.content(), now())


def _refused_page(form: IdeaForm, idea_id: int, seen: str, refusal: Refusal) -> Any:
    """What was typed, beside what the idea says by now if that is something else and may still be changed."""
    shown = _my_idea(idea_id)
    last = queries.last_sent(shown)
    if not isinstance(refusal, Conflict) or seen == last.mark or not _may_change(shown):
        return _editing_page(form, shown, seen or last.mark, refusal)
    differences = choosing.differences(form, last.content.as_dict())
    return _editing_page(form, shown, last.mark, refusal, differences, last=last)


def _may_change(shown: Shown) -> bool:
    return shown.idea.status in (*services.EDITABLE, *services.CHANGEABLE)


def _editing_page(
    form: IdeaForm,
    shown: Shown,
    mark: str,
    refusal: Refusal | None = None,
    differences: list[tuple[Field, str, str]] | None = None,
    *,
    last: LastSent | None = None,
) -> Any:
    page = render_template(
        "ideas/edit.html",
        form=form,
        idea=shown.idea,
        mark=mark,
        hide_old="hide_old" in request.form or (last and last.hides_old),
        conflict=words(refusal) if refusal else "",
        differences=differences or [],
        goes_on=last and last.refused,
        may_change=_may_change(shown),
        fields=reference().fields,
    )
    return page, refusal.status if refusal else 422 if form.errors else 200


@pages.post("/y-tuong/<int:idea_id>/sua/rut")
@signed_in
def take_back_edit(idea_id: int) -> Any:
    """Leave the public page as it is."""
    with transaction():
        services.take_back_edit(current_user.member, idea_id, now())
    flash(gettext("Đã rút bản sửa. Trang giữ như cũ."), "done")
    return redirect(url_for("ideas.show", idea_id=idea_id), 303)


@pages.get("/y-tuong/<int:idea_id>/rut")
@signed_in
def begin_withdrawal(idea_id: int) -> Any:
    """Where the form's own address leads when it is only read, as from the other language of a refused one."""
    return redirect(url_for("ideas.show", idea_id=_my_idea(idea_id).idea.id), 303)


@pages.post("/y-tuong/<int:idea_id>/rut")
@signed_in
def withdraw(idea_id: int) -> Any:
    member, form = current_user.member, WithdrawForm()
    try:
        with transaction():
            services.withdraw(member, idea_id, form.reason.data or "", now(), note=form.note.data or "")
    except Invalid as invalid:
        form.add_errors(invalid.errors)
        return reading.refused_withdrawal(_my_idea(idea_id).idea.id, form)
    flash(gettext("Đã rút ý tưởng."), "done")
    return redirect(url_for("accounts.me"), 303)
