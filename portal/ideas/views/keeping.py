"""Keeping a draft on the server: by the form's buttons, and by its script meanwhile. Two devices lose nothing."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from flask_login import current_user

from portal.accounts import limits
from portal.accounts.visitor import address_key, known_visitor, visitor
from portal.database import now, transaction
from portal.errors import N_, Conflict
from portal.ideas import queries, services
from portal.ideas.forms import IdeaForm
from portal.ideas.models import Draft
from portal.ideas.rules import Content
from portal.ideas.views import choosing
from portal.ideas.views.blueprint import pages
from portal.ideas.views.writing import idea_form, say_what_is_wrong, writing_page
from portal.web.access import public
from portal.web.ids import row_id
from portal.web.language import words
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
    draft = queries.draft(request.form.get("nhap"), current_user.id, known_visitor())
    try:
        if draft and draft.version == page.version:
            _choose(form, draft)
        draft = _save(form, draft, browser, page)
    except services.AlreadySent as sent:
        return _gone_ahead(form, sent)
    except Conflict as conflict:
        return _side_by_side(form, conflict, draft or _written_by(page, browser))
    if _is_auto():
        said = gettext("Đã lưu nháp lúc %(clock)s", clock=clock(draft.updated_at))
        onward = url_for("ideas.review", nhap=draft.token)
        return {"token": draft.token, "version": draft.version, "said": said, "next": onward}
    if request.form.get("action") == "leave":
        flash(gettext("Đã lưu nháp. Bạn quay lại viết tiếp lúc nào cũng được."), "kept")
        return redirect(url_for("accounts.me" if current_user.is_authenticated else "pages.home"), 303)
    if say_what_is_wrong(form):
        return writing_page(form, draft)
    return redirect(url_for("ideas.review", nhap=draft.token), 303)


def _is_auto() -> bool:
    return request.form.get("action") == "auto"


def _page() -> services.Page:
    """What the page says of itself; without its script it has sent once."""
    key = request.form.get("key", "")
    version, turn = row_id(request.form.get("version")), row_id(request.form.get("turn"))
    return services.Page(key if KEY.fullmatch(key) else None, version, turn and min(turn, MOST_TURNS))


def _save(form: IdeaForm, draft: Draft | None, browser: str | None, page: services.Page) -> Draft:
    with transaction():
        if draft is None:
            limits.take("begun:address", address_key(), now())
        token, content = draft.token if draft else None, _with_the_rest(form, draft)
        return services.save_draft(current_user.id, browser, content, now(), token=token, page=page)


def _with_the_rest(form: IdeaForm, draft: Draft | None) -> Content:
    """What was typed, and what was once answered to questions that are not in the form."""
    content, asked = form.content(), {str(one.id) for one in form.every_question}
    before = (draft.content.get("answers") or {}) if draft else {}
    rest = {number: text for number, text in before.items() if number not in asked}
    return replace(content, answers={**rest, **content.answers})


def _choose(form: IdeaForm, draft: Draft) -> None:
    """What the writer chose after a conflict. The page's script does not choose for them: raises Conflict."""
    if not choosing.has_picked():
        return
    if _is_auto():
        raise Conflict(N_("Bản nháp đã được sửa trên máy khác. Chọn bản muốn giữ."))
    choosing.take_the_other(form, draft.content)


def _written_by(page: services.Page, browser: str | None) -> Draft | None:
    """The draft of a page that has no token of it yet."""
    token = services.unsent_under(page.key or "", current_user.id, browser)
    return queries.draft(token, current_user.id, known_visitor())


def _side_by_side(form: IdeaForm, conflict: Conflict, theirs: Draft | None) -> Any:
    if _is_auto():
        said = gettext("Bản nháp đã được sửa trên máy khác. Bấm “Tiếp tục” để so hai bản.")
        return {"said": said}, conflict.status
    differences = choosing.differences(form, theirs.content) if theirs else []
    return writing_page(form, theirs, conflict=conflict, differences=differences)


def _gone_ahead(form: IdeaForm, sent: services.AlreadySent) -> Any:
    """The draft was sent from elsewhere: what is new in the text is no part of that idea, and not thrown away."""
    if _is_auto():
        return {"said": words(sent)}, sent.status
    if not sent.is_newer:
        flash(gettext("Bản nháp này đã được gửi rồi."), "kept")
        return redirect(url_for("ideas.show", idea_id=sent.idea_id), 303)
    return writing_page(form, None, conflict=sent)
