"""The letters moderators begin with, in both languages: read by all of them, worded by organisers of the centre.

The whole bank writes with them, so no unit rewords them for the others.
"""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from flask_login import current_user

from portal.database import now, transaction
from portal.errors import Missing
from portal.moderation import queries, replies, services, templates
from portal.moderation.forms import TemplateForm
from portal.moderation.views.base import OUTCOMES, desk
from portal.moderation.views.blueprint import pages
from portal.rules import LANGUAGES, Invalid
from portal.web.access import allowed
from portal.web.language import current_language

WORDED = ("return", "reject")


@pages.get("/kiem-duyet/mau-thu")
@allowed("moderate")
def templates_list() -> str:
    """By outcome and reason, as they begin, and in which languages they are this installation's own."""
    own = {language: queries.own_templates(language) for language in LANGUAGES}
    language = current_language()
    bodies = {key: own[language].get(key) or templates.original(*key, language) for key in replies.REPLIES}
    changed = {key: [one for one in LANGUAGES if key in own[one]] for key in replies.REPLIES}
    return desk("moderation/templates.html", now(), bodies=bodies, changed=changed, outcomes=WORDED)


@pages.get("/kiem-duyet/mau-thu/<any('nho-sua', 'khong-dang'):outcome>/<reason>")
@allowed("word")
def template(outcome: str, reason: str) -> str:
    key = _key(outcome, reason)
    form = TemplateForm(formdata=None)
    for language in LANGUAGES:
        form[f"body_{language}"].data = queries.own_templates(language).get(key) or templates.original(*key, language)
    return _page(key, form)


@pages.post("/kiem-duyet/mau-thu/<any('nho-sua', 'khong-dang'):outcome>/<reason>")
@allowed("word")
def keep_template(outcome: str, reason: str) -> Any:
    """Keep both wordings, or go back to what the portal brings."""
    key, form = _key(outcome, reason), TemplateForm()
    bodies = {language: _worded(key, form, language) for language in LANGUAGES}
    try:
        with transaction():
            services.word(*key, bodies, current_user.member, now())
    except Invalid as invalid:
        form.add_errors(invalid.errors)
        return _page(key, form), 422
    flash(gettext("Đã lưu mẫu thư. Thư soạn từ bây giờ dùng mẫu này."), "done")
    return redirect(url_for(".templates_list"), 303)


def _worded(key: tuple[str, str], form: TemplateForm, language: str) -> str | None:
    """What was typed; nothing if it is what the portal brings."""
    body = str(form[f"body_{language}"].data or "")
    same = body.split() == templates.original(*key, language).split()
    return None if same or "original" in request.form else body


def _key(outcome: str, reason: str) -> tuple[str, str]:
    key = OUTCOMES[outcome], reason
    if key not in replies.REPLIES:
        raise Missing
    return key


def _page(key: tuple[str, str], form: TemplateForm) -> str:
    return desk("moderation/template.html", now(), key=key, form=form)
