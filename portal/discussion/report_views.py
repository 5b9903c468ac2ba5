"""The form to report an idea or a comment, and the page that says what becomes of a report."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, session, url_for
from flask_babel import gettext
from flask_login import current_user

from portal.accounts import limits
from portal.accounts.visitor import address_key, visitor
from portal.database import now, transaction
from portal.discussion import reporting
from portal.discussion.forms import ReportForm
from portal.discussion.reporting import Thing
from portal.discussion.rules import REPORT_LABELS
from portal.errors import Refusal
from portal.moderation.services.reporting import promised
from portal.rules import Invalid
from portal.web.access import public, signed_in
from portal.web.language import words

pages = Blueprint("reports", __name__)


@pages.app_template_filter()
def report_label(reason: str) -> str:
    """The reason of a report in the reader's language."""
    return gettext(REPORT_LABELS[reason])


@pages.get("/y-tuong/<int:idea_id>/bao-cao")
@pages.get("/y-tuong/<int:idea_id>/binh-luan/<int:comment_id>/bao-cao")
@public
def write(idea_id: int, comment_id: int | None = None) -> Any:
    what = reporting.thing(idea_id, comment_id)
    if current_user.is_authenticated and (earlier := reporting.report_of(current_user.id, what.subject)):
        return redirect(url_for(".show", report_id=earlier.id), 303)
    return _form(what, ReportForm(formdata=None))


@pages.post("/y-tuong/<int:idea_id>/bao-cao")
@pages.post("/y-tuong/<int:idea_id>/binh-luan/<int:comment_id>/bao-cao")
@public
def send(idea_id: int, comment_id: int | None = None) -> Any:
    """A visitor's words are kept for whoever signs in on this browser, and are sent then."""
    what, form = reporting.thing(idea_id, comment_id), ReportForm()
    said = form.reason.data or "", form.note.data or ""
    try:
        if not current_user.is_authenticated:
            return _hold(what, *said)
        with transaction():
            report = reporting.report(current_user.member, what, *said, now())
    except Invalid as invalid:
        form.add_errors(invalid.errors)
        return _form(what, form), 422
    except Refusal as refusal:
        form.form_errors = [words(refusal)]
        return _form(what, form), refusal.status
    flash(gettext("Đã nhận báo cáo của bạn."), "kept")
    return redirect(url_for(".show", report_id=report.id), 303)


@pages.get("/bao-cao/<int:report_id>")
@signed_in
def show(report_id: int) -> str:
    """What happens to one's report, and what came of it."""
    report = reporting.own_report(report_id, current_user.id)
    due = promised(report)
    soon = due - report.created_at < reporting.ANSWER_WITHIN
    return render_template("discussion/reported.html", report=report, due=due, soon=soon)


def _hold(what: Thing, reason: str, note: str) -> Any:
    browser = visitor()
    with transaction():
        limits.take("begun:address", address_key(), now())
        reporting.hold(browser, what, reason, note, now())
    session["next"] = url_for(".write", idea_id=what.idea.id, comment_id=what.comment.id if what.comment else None)
    return redirect(url_for("accounts.sign_in"), 303)


def _form(what: Thing, form: ReportForm) -> str:
    return render_template("discussion/report.html", what=what, idea=what.idea, form=form)
