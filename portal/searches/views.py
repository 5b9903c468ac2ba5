"""Keeping a search from the list, and the page of those one keeps."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from portal.database import now, transaction
from portal.errors import Refusal
from portal.ideas import asked as asking
from portal.ideas.asked import Asked
from portal.ideas.states import LABELS
from portal.rules import Invalid
from portal.searches import queries, services
from portal.searches.forms import SearchForm
from portal.searches.rules import NAME
from portal.units.queries import reference
from portal.web.access import signed_in
from portal.web.language import language_name
from portal.web.templating import local

pages = Blueprint("searches", __name__)


@pages.get("/toi/tim-kiem")
@signed_in
def index() -> str:
    kept = [(search, asking.read(search.words)) for search in queries.of_member(current_user.id)]
    return render_template("searches/index.html", kept=kept, describe=describe, longest=NAME.max)


@pages.get("/toi/tim-kiem/luu")
@signed_in
def write() -> str:
    """By way of signing in, if need be: the words are in the address."""
    asked = asking.read(request.args)
    form = SearchForm(data={"name": ", ".join(describe(asked))[: NAME.max]})
    return render_template("searches/save.html", form=form, asked=asked, describe=describe)


@pages.post("/toi/tim-kiem/luu")
@signed_in
def save() -> Any:
    form, asked, member = SearchForm(), asking.read(request.form), current_user.member
    try:
        with transaction():
            search = services.save(member, form.name.data, asked.words, now())
    except Refusal as refusal:
        form.add_errors(refusal.errors if isinstance(refusal, Invalid) else {"name": refusal})
        return render_template("searches/save.html", form=form, asked=asked, describe=describe), 422
    flash(gettext("Đã lưu “%(name)s”. Có ý mới khớp, Nảy báo bạn.", name=search.name), "done")
    return redirect(url_for(".index"), 303)


@pages.get("/toi/tim-kiem/<int:search_id>")
@signed_in
def show(search_id: int) -> Response:
    """What a search finds today, the newest first."""
    asked = asking.read(queries.show(search_id, current_user.id).words)
    return redirect(url_for("ideas.index", **asked.but(sort="new")), 303)


@pages.post("/toi/tim-kiem/<int:search_id>")
@signed_in
def change(search_id: int) -> Any:
    """Rename it, or with `remove` let it go."""
    form, member_id = SearchForm(), current_user.id
    with transaction():
        if request.form.get("remove"):
            services.remove(member_id, search_id)
        else:
            services.rename(member_id, search_id, form.name.data)
    flash(gettext("Đã bỏ tìm kiếm.") if request.form.get("remove") else gettext("Đã đổi tên."), "done")
    return redirect(url_for(".index"), 303)


def describe(asked: Asked) -> list[str]:
    """What a search asks for, each in a few words."""
    filters, known = asked.filters, reference()
    return [
        *([filters.q] if filters.q else []),
        *([local(known.field_by_id[filters.field_id], "short")] if filters.field_id else []),
        *([local(known.unit_by_id[filters.unit_id], "name")] if filters.unit_id else []),
        *([local(asked.campaign, "title")] if asked.campaign else []),
        *([gettext(LABELS[filters.status])] if filters.status else []),
        *([language_name(filters.language)] if filters.language else []),
    ]
