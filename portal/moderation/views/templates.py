"""The letters moderators begin with, in both languages: read by all of them, worded by organisers of the centre.

The whole bank writes with them, so no unit rewords them for the others.
"""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from flask_login import current_user

from portal.database import now, transaction
from portal.errors import Conflict, Missing
from portal.moderation import queries, replies, services, templates
from portal.moderation.forms import TemplateForm
from portal.moderation.views.base import OUTCOMES, desk
from portal.moderation.views.blueprint import pages
from portal.rules import LANGUAGES, Invalid
from portal.web.access import allowed
from portal.web.language import current_language
from portal.web.language import words as in_words

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
    bodies = {f"body_{language}": body for language, body in _stored(key).items()}
    return _page(key, TemplateForm(formdata=None, seen=queries.worded_at(*key), **bodies))


@pages.post("/kiem-duyet/mau-thu/<any('nho-sua', 'khong-dang'):outcome>/<reason>")
@allowed("word")
def keep_template(outcome: str, reason: str) -> Any:
    """Keep both wordings, or go back to what the portal brings."""
    key, form = _key(outcome, reason), TemplateForm()
    bodies = {language: _worded(key, form, language) for language in LANGUAGES}
    try:
        with transaction():
            services.word(*key, bodies, current_user.member, now(), seen=form.seen.data)
    except Invalid as invalid:
        form.add_errors(invalid.errors)
        return _page(key, form), 422
    except Conflict as conflict:
        form.form_errors.append(in_words(conflict))
        form.seen.data = queries.worded_at(*key)
        return _page(key, form, _stored(key)), conflict.status
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


def _stored(key: tuple[str, str]) -> dict[str, str]:
    """How the letter begins by now, by language."""
    return {
        language: queries.own_templates(language).get(key) or templates.original(*key, language)
        for language in LANGUAGES
    }


def _page(key: tuple[str, str], form: TemplateForm, late: dict[str, str] | None = None) -> str:
    """With `late`, what somebody else has kept meanwhile stands beside what was typed."""
    return desk("moderation/template.html", now(), key=key, form=form, late=late)
