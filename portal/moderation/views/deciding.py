"""Decisions: at once, or with a letter; and taking one back while its letter waits."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, request, url_for
from flask_babel import gettext
from flask_login import current_user

from portal.database import now, transaction
from portal.errors import Conflict, Missing, Refusal
from portal.moderation import queries, services, words
from portal.moderation.forms import CorrectionForm, LetterForm
from portal.moderation.models import Case, Decision
from portal.moderation.views import cases
from portal.moderation.views.base import OUTCOMES, desk, hold, late, seen, shown
from portal.moderation.views.blueprint import pages
from portal.moderation.views.letters import MERGED, draft, drafts, similar, with_a_letter
from portal.moderation.views.place import Place
from portal.rules import Invalid
from portal.settings import current_settings
from portal.web import ids
from portal.web.access import allowed
from portal.web.ids import row_id
from portal.web.language import words as in_words


@pages.get("/kiem-duyet/<int:case_id>/<any('duyet', 'nho-sua', 'khong-dang'):outcome>")
@allowed("moderate")
def letter(case_id: int, outcome: str) -> Any:
    """The reasons, and a letter to begin with in the author's language."""
    if hold(case_id, now()):  # the case's page says why not
        return redirect(url_for(".case", case_id=case_id), 303)
    opened = _with_a_letter(case_id, OUTCOMES[outcome])
    reason = words.suggested_reason(opened)
    form = LetterForm(formdata=None, version=opened.version, reason=reason)
    twins = similar(opened) if reason == "duplicate" else []
    own = queries.own_templates(opened.writer.language)
    form.advice.data = draft(opened, OUTCOMES[outcome], reason, twins, own)
    return _letter(opened, OUTCOMES[outcome], form)


def _with_a_letter(case_id: int, outcome: str) -> Case:
    opened = shown(case_id)
    if outcome not in with_a_letter(opened.kind):
        raise Missing
    return opened


@pages.post("/kiem-duyet/<int:case_id>/<any('duyet', 'nho-sua', 'khong-dang'):outcome>")
@allowed("moderate")
def decide(case_id: int, outcome: str) -> Any:
    """One decision about the version that was read; then the next case. Or, first, the letter for another reason."""
    form = LetterForm()
    if "choose" in request.form:
        return _choose(case_id, OUTCOMES[outcome], form, request.form["choose"])
    try:
        decision = _decide(
            case_id,
            OUTCOMES[outcome],
            form,
            correction=_correction(),
            heavier=_heavier(),
            trusting="trust" in request.form,
            hide_old=_hide_old(),
        )
    except Conflict as conflict:
        if outcome == "duyet":
            return late(conflict, now())
        return _letter(seen(case_id), OUTCOMES[outcome], form, conflict), 409
    except Invalid as invalid:
        if outcome == "duyet" and "title" in request.form:
            return _not_corrected(case_id, invalid)
        form.add_errors(invalid.errors)
        return _letter(shown(case_id), OUTCOMES[outcome], form), 422
    return redirect(onwards(decision), 303)


def _choose(case_id: int, outcome: str, form: LetterForm, reason: str) -> Any:
    """Another reason, and its letter; words of a person stay, as they do where a script writes the letter."""
    if refusal := hold(case_id, now()):
        return _letter(seen(case_id), outcome, form, refusal), refusal.status
    opened = _with_a_letter(case_id, outcome)
    letters = drafts(opened, similar(opened)).get(outcome, {})
    form.reason.data = reason
    if form.advice.data in {"", *letters.values()}:
        form.advice.data = letters.get(reason, "")
    return _letter(opened, outcome, form)


def _decide(case_id: int, outcome: str, form: LetterForm, **more: Any) -> Decision | None:
    version = ids.version(form.version.data)
    with transaction():
        return services.decide(
            case_id,
            current_user.member,
            version,
            outcome,
            form.reason.data or "",
            form.advice.data or "",
            now(),
            **more,
        )


def _heavier() -> services.Heavier:
    """What a refusal carries beside the letter, if the form says so."""
    return services.Heavier("remove" in request.form, row_id(request.form.get("silence_days")) or 0)


def _hide_old() -> bool | None:
    """Whether the old words of an edited idea go out of sight, if the form asked: an empty word stands beside the box."""
    asked = request.form.getlist("hide_old")
    return any(asked) if asked else None


def _correction() -> services.Correction | None:
    """A title, a field and a language set right, if the form has them."""
    title, field = request.form.get("title"), request.form.get("field")
    if title is None or field is None:
        return None
    return services.Correction(title, field, request.form.get("language", ""))


def _not_corrected(case_id: int, invalid: Invalid) -> Any:
    """The case again, with the title, the field and the language as they were typed."""
    form, moment = CorrectionForm(), now()
    form.add_errors(invalid.errors)
    if refusal := hold(case_id, moment):  # its page shows no such form to who cannot have it
        return late(refusal, moment)
    return cases.page(shown(case_id), moment, None, right=form), 422


@pages.post("/kiem-duyet/gop-y/<int:idea_id>")
@allowed("moderate")
def open_merge(idea_id: int) -> Any:
    """From the page of a public idea: a case about merging it into another."""
    deadlines = services.Deadlines.of(current_settings())
    with transaction():
        case_id = services.open_merge_case(idea_id, current_user.member, deadlines, now())
    return redirect(url_for(".choose_merge", case_id=case_id), 303)


@pages.get("/kiem-duyet/<int:case_id>/gop")
@allowed("moderate")
def choose_merge(case_id: int) -> Any:
    """Which idea this one goes up in: the ones like it, or any by its number."""
    refusal = hold(case_id, now())
    opened = shown(case_id)
    if refusal or opened.kind not in MERGED:
        return redirect(url_for(".case", case_id=case_id), 303)
    return _merge(opened)


@pages.post("/kiem-duyet/<int:case_id>/gop")
@allowed("moderate")
def merge(case_id: int) -> Any:
    """Votes, follows and comments go along; the author is offered a place beside the other."""
    form = LetterForm()
    typed = (request.form.get("number") or request.form.get("into") or "").strip().lstrip("#")
    try:
        decision = _decide(case_id, "merge", form, into=row_id(typed))
    except Conflict as conflict:
        return late(conflict, now())
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        return _merge(shown(case_id), refusal), 422
    return redirect(onwards(decision), 303)


def _merge(opened: Case, refusal: Refusal | None = None) -> str:
    if isinstance(refusal, Invalid):
        refusal = next(iter(refusal.errors.values()))
    twins = queries.public(similar(opened))
    said = refusal and in_words(refusal)
    return desk("moderation/merge.html", now(), case=opened, twins=twins, refusal=said, typed=request.form)


@pages.post("/kiem-duyet/<int:case_id>/hoan-tac")
@allowed("moderate")
def undo(case_id: int) -> Any:
    last = queries.last_decision(case_id)
    if last is None:
        raise Missing
    try:
        with transaction():
            services.undo(last.id, current_user.member, current_settings().undo_window, now())
    except Conflict as conflict:
        return late(conflict, now())
    flash(gettext("Đã hoàn tác. Mục này lại chờ bạn xem."), "done")
    return redirect(url_for(".case", case_id=case_id), 303)


def onwards(decision: Decision | None) -> str:
    """The next case of the same list, already held, or the list if nothing more is free; `vua` is what was just decided, for the undo button."""
    if decision is None:
        flash(
            gettext("Đã ghi đề nghị của bạn. Việc này cần một người thứ hai đồng ý."),
            "done",
        )
    top = Place.here().top
    with transaction():
        following = services.claim_next(current_user.member, current_settings().claim_ttl, now(), *top.which)
    done = decision.id if decision else None
    if following is None:
        return url_for(".queue", **top.back, vua=done)
    return url_for(".case", case_id=following.id, vua=done, after=None)


def _letter(opened: Case, outcome: str, form: LetterForm, refusal: Refusal | None = None) -> str:
    if opened.kind == "appeal":
        form.advice.label.text = gettext("Câu trả lời cho tác giả")
    if opened.kind == "comment":
        form.advice.label.text, form.advice.description = gettext("Ghi chú"), ""
    return desk(
        "moderation/letter.html",
        now(),
        case=opened,
        outcome=outcome,
        form=form,
        refusal=refusal and in_words(refusal),
        proposed=_heavier() if request.method == "POST" else queries.proposal(opened) if opened.barred_id else None,
        silences=services.SILENCES,
    )
