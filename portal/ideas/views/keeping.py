"""Keeping a draft on the server: by the form's buttons, and by its script meanwhile. Two devices lose nothing."""

from __future__ import annotations

import re
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from flask_login import current_user
from wtforms import Field

from portal.accounts import limits
from portal.accounts.visitor import address_key, visitor
from portal.database import now, transaction
from portal.errors import Conflict
from portal.ideas import services
from portal.ideas.forms import IdeaForm
from portal.ideas.models import Draft
from portal.ideas.rules import TEXTS
from portal.ideas.views.blueprint import pages
from portal.ideas.views.writing import idea_form, own_unsent, say_what_is_wrong, writing_page
from portal.web.access import public
from portal.web.ids import row_id
from portal.web.templating import clock

MOST_TURNS = 2**31 - 1  # of a column
KEY = re.compile(r"[\w-]{16,43}", re.ASCII)


@pages.post("/gui-y-tuong")
@public
def keep() -> Any:
    """Keep what was typed, right or wrong; then go on, or leave it for another day.

    `action=auto` comes from the page's script, which wants to know no more than that it is kept.
    """
    form, page = idea_form(), _page()
    browser = None if current_user.is_authenticated else visitor()
    draft = own_unsent(request.form.get("nhap"))
    if draft:
        _take_the_other(form, draft)
    try:
        draft = _save(form, draft, browser, page)
    except Conflict as conflict:
        token = request.form.get("nhap") or services.unsent_under(page.key or "", current_user.id, browser)
        theirs = own_unsent(token)
        return writing_page(form, theirs, conflict=conflict, differences=_differences(form, theirs))
    if request.form.get("action") == "auto":
        said = gettext("Đã lưu nháp lúc %(clock)s", clock=clock(draft.updated_at))
        onward = url_for("ideas.review", nhap=draft.token)
        return {"token": draft.token, "version": draft.version, "said": said, "next": onward}
    if request.form.get("action") == "leave":
        flash(gettext("Đã lưu nháp. Bạn quay lại viết tiếp lúc nào cũng được."), "kept")
        return redirect(url_for("accounts.me" if current_user.is_authenticated else "pages.home"), 303)
    if say_what_is_wrong(form):
        return writing_page(form, draft)
    return redirect(url_for("ideas.review", nhap=draft.token), 303)


def _page() -> services.Page:
    """What the page says of itself; without its script it has sent once."""
    key = request.form.get("key", "")
    version, turn = row_id(request.form.get("version")), row_id(request.form.get("turn"))
    return services.Page(key if KEY.fullmatch(key) else None, version, turn and min(turn, MOST_TURNS))


def _save(form: IdeaForm, draft: Draft | None, browser: str | None, page: services.Page) -> Draft:
    with transaction():
        if draft is None:
            limits.take("begun:address", address_key(), now())
        token = draft.token if draft else None
        return services.save_draft(current_user.id, browser, form.content(), now(), token=token, page=page)


def _take_the_other(form: IdeaForm, draft: Draft) -> None:
    """After a conflict the writer says part by part which of two texts stays; a long one may keep both."""
    for name in TEXTS:
        mine, theirs, wish = form[name].data or "", draft.content.get(name) or "", request.form.get(f"pick-{name}")
        if wish == "theirs":
            form[name].data = theirs
        elif wish == "both" and theirs not in mine:
            form[name].data = f"{mine}\n\n{theirs}".strip()


def _differences(form: IdeaForm, theirs: Draft | None) -> list[tuple[Field, str]]:
    """The parts in which what is before the writer differs from what was kept elsewhere, with the latter."""
    if theirs is None:
        return []
    kept = {name: theirs.content.get(name) or "" for name in TEXTS}
    return [(form[name], text) for name, text in kept.items() if text and text != (form[name].data or "")]
