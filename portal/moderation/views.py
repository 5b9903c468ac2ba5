"""The desk: a queue, one case held at a time, a letter for what is not published, and a way back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import force_locale, gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from portal.database import now, transaction
from portal.errors import Conflict, Missing, Refusal
from portal.moderation import queries, replies, services, words
from portal.moderation.forms import LetterForm
from portal.moderation.models import Case, Decision
from portal.rules import Invalid
from portal.units.queries import reference
from portal.web.access import allowed
from portal.web.ids import row_id
from portal.web.language import words as in_words

pages = Blueprint("moderation", __name__)

OUTCOMES = {"duyet": "approve", "nho-sua": "return", "khong-dang": "reject"}
PATHS = {outcome: path for path, outcome in OUTCOMES.items()}
SOON = timedelta(days=1)


@pages.get("/kiem-duyet")
@allowed("moderate")
def queue() -> str:
    after = row_id(request.args.get("after"))
    return _desk("moderation/queue.html", now(), listed=queries.queue(after=after))


@pages.get("/kiem-duyet/<int:case_id>")
@allowed("moderate")
def case(case_id: int) -> str:
    """Opening a case holds it, unless somebody else does or it is one's own; then it can only be read."""
    moment = now()
    held, refusal = _hold(case_id, moment)
    shown = _shown(case_id)
    return _desk(
        "moderation/case.html",
        moment,
        listed=queries.queue(),
        case=shown,
        held=held,
        refusal=refusal and in_words(refusal),
        facts=queries.author_facts(shown.writer, moment.date()),
        similar=queries.similar(shown.idea),
        earlier=queries.last_advice(shown.idea_id) if shown.idea_version > 1 else None,
    )


@pages.post("/kiem-duyet/<int:case_id>/giu")
@allowed("moderate")
def claim(case_id: int) -> Any:
    _held, refusal = _hold(case_id, now())
    return _late(refusal) if refusal else redirect(url_for(".case", case_id=case_id), 303)


@pages.post("/kiem-duyet/<int:case_id>/nha")
@allowed("moderate")
def release(case_id: int) -> Response:
    with transaction():
        services.release(case_id, current_user.member)
    return redirect(url_for(".queue"), 303)


@pages.get("/kiem-duyet/<int:case_id>/<any('nho-sua', 'khong-dang'):outcome>")
@allowed("moderate")
def letter(case_id: int, outcome: str) -> Any:
    """The reasons, and a letter to begin with in the author's language."""
    held, _refusal = _hold(case_id, now())
    if not held:  # the case's page says why
        return redirect(url_for(".case", case_id=case_id), 303)
    shown = _shown(case_id)
    if shown.kind == "comment" and outcome == "nho-sua":
        raise Missing
    reason = request.args.get("ly-do", "") or words.suggested_reason(shown)
    form = LetterForm(formdata=None, version=shown.version, reason=reason)
    form.advice.data = _draft(shown, OUTCOMES[outcome], reason)
    return _letter(shown, OUTCOMES[outcome], form)


@pages.post("/kiem-duyet/<int:case_id>/<any('duyet', 'nho-sua', 'khong-dang'):outcome>")
@allowed("moderate")
def decide(case_id: int, outcome: str) -> Any:
    form = LetterForm()
    verdict = (row_id(form.version.data) or 0, OUTCOMES[outcome], form.reason.data or "", form.advice.data or "")
    try:
        with transaction():
            decision = services.decide(case_id, current_user.member, *verdict, now())
    except Conflict as late:
        return _late(late) if outcome == "duyet" else (_letter(_shown(case_id), OUTCOMES[outcome], form, late), 409)
    except Invalid as invalid:
        form.add_errors(invalid.errors)
        return _letter(_shown(case_id), OUTCOMES[outcome], form), 422
    return redirect(_onwards(decision), 303)


@pages.post("/kiem-duyet/<int:case_id>/hoan-tac")
@allowed("moderate")
def undo(case_id: int) -> Any:
    last = queries.last_decision(case_id)
    if last is None:
        raise Missing
    try:
        with transaction():
            services.undo(last.id, current_user.member, _settings().undo_window, now())
    except Conflict as late:
        return _late(late)
    flash(gettext("Đã hoàn tác. Mục này lại chờ bạn xem."), "done")
    return redirect(url_for(".case", case_id=case_id), 303)


@pages.get("/kiem-duyet/nhat-ky")
@allowed("moderate")
def log() -> str:
    entries, after = queries.log(row_id(request.args.get("after")))
    return _desk("moderation/log.html", now(), entries=entries, after=after)


def _settings() -> Any:
    return current_app.config["SETTINGS"]


def _desk(template: str, moment: datetime, **parts: Any) -> str:
    since = moment - timedelta(seconds=_settings().undo_window)
    done = queries.undoable(row_id(request.args.get("vua")), current_user.id, since)
    listed = parts.get("listed")
    return render_template(
        template,
        waiting=listed.total if listed else queries.open_count(),
        now=moment,
        soon=moment + SOON,
        done=done,
        words=words,
        replies=replies,
        paths=PATHS,
        reference=reference(),
        **parts,
    )


def _hold(case_id: int, moment: datetime) -> tuple[bool, Refusal | None]:
    """Hold a case if that can be; else the words for why not."""
    try:
        with transaction():
            services.claim(case_id, current_user.member, _settings().claim_ttl, moment)
    except Missing:
        raise
    except Refusal as refusal:
        return False, refusal
    return True, None


def _shown(case_id: int) -> Case:
    shown = queries.case(case_id)
    if shown is None:
        raise Missing
    return shown


def _letter(shown: Case, outcome: str, form: LetterForm, refusal: Refusal | None = None) -> str:
    if shown.kind == "comment":
        form.advice.label.text, form.advice.description = gettext("Ghi chú"), ""
    return _desk(
        "moderation/letter.html", now(), case=shown, outcome=outcome, form=form, refusal=refusal and in_words(refusal)
    )


def _draft(shown: Case, outcome: str, reason: str) -> str:
    """The letter for a reason, in the author's language; a note for the log if nobody is to be written to."""
    if shown.kind == "comment":
        return words.note(reason)
    twins = queries.similar(shown.idea) if reason == "duplicate" else []
    with force_locale(shown.writer.language):
        return words.letter(shown, outcome, reason, twins[0].title if twins else None)


def _late(refusal: Refusal) -> tuple[str, int]:
    """Somebody was faster: who, when, and the way back to the queue."""
    return _desk("moderation/late.html", now(), detail=in_words(refusal)), refusal.status


def _onwards(decision: Decision) -> str:
    """The next case, already held, or the empty queue; `vua` is what was just decided, for the undo button."""
    with transaction():
        following = services.claim_next(current_user.member, _settings().claim_ttl, now())
    if following is None:
        return url_for(".queue", vua=decision.id)
    return url_for(".case", case_id=following.id, vua=decision.id)
