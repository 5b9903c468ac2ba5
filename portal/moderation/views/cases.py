"""One case: opened and held, kept alive while somebody works at it, let go on every way out; and notes about it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import Response, flash, jsonify, redirect, request, url_for
from flask_babel import gettext
from flask_login import current_user

from portal.attachments import queries as attachments
from portal.campaigns import queries as campaigns
from portal.database import now, transaction
from portal.errors import Conflict, Missing, Refusal
from portal.ideas import answers, diff
from portal.ideas.rules import TEXTS
from portal.ideas.words import PARTS
from portal.moderation import marking, queries, rules, services
from portal.moderation.forms import CorrectionForm, NoteForm
from portal.moderation.models import Case
from portal.moderation.views.base import desk, hold, late, scope, seen, shown
from portal.moderation.views.blueprint import pages
from portal.moderation.views.letters import MERGED, drafts, similar
from portal.moderation.views.passing import move_form
from portal.moderation.views.place import Place
from portal.moderation.views.queue import listed
from portal.rules import Invalid
from portal.settings import current_settings
from portal.units.queries import reference
from portal.web import ids
from portal.web.access import allowed
from portal.web.language import current_language, language_name
from portal.web.language import words as in_words
from portal.web.templating import local


@pages.get("/kiem-duyet/<int:case_id>")
@allowed("moderate")
def case(case_id: int) -> Any:
    """Opening a case holds it, unless somebody else does or it is one's own; then it can only be read."""
    moment = now()
    refusal = hold(case_id, moment)
    opened = queries.case(case_id, scope())
    if opened is None and isinstance(refusal, Conflict):  # it was theirs before it was passed on
        return late(refusal, moment)
    return page(opened or shown(case_id), moment, refusal)


def page(
    opened: Case,
    moment: datetime,
    refusal: Refusal | None,
    note: NoteForm | None = None,
    right: CorrectionForm | None = None,
) -> str:
    """The three panes with this case in the middle; to read only, with the words why, if it could not be held.

    `note` and `right` are forms as they were typed.
    """
    held = refusal is None
    if not held and not queries.which_of([opened.id], services.may_talk(current_user.member)):
        return _to_read_only(opened, moment, refusal)
    earlier = queries.last_advice(opened.idea_id) if opened.idea_version > 1 and opened.kind == "idea" else None
    old = queries.text_seen(earlier) if earlier else None
    twins = similar(opened) if opened.kind in MERGED else []
    return _panes(
        opened,
        moment,
        refusal,
        near=False,
        files=attachments.of_idea(opened.idea_id),
        facts=queries.author_facts(opened.writer, moment.date()),
        similar=twins,
        earlier=earlier,
        changed=_changed(opened, old),
        labels=_labels(opened, old),
        notes=queries.notes(opened.id),
        colleagues=queries.colleagues(current_user.id, scope(), opened.unit_id, moment),
        moves=queries.moves(opened.id),
        note=note or NoteForm(formdata=None),
        right=right or CorrectionForm.of(opened.idea),
        drafts=drafts(opened, twins) if held else {},
        longest_letter=rules.ADVICE.max,
        mergeable=queries.public(twins),
        move=move_form(opened, empty=True) if held else None,
        proposed=queries.proposal(opened) if opened.barred_id and opened.kind != "appeal" else None,
        silences=services.SILENCES,
        asked=queries.appeal_of(opened.id) if opened.kind == "appeal" else None,
        decided=queries.last_decision(opened.id) if opened.state == "decided" else None,
    )


def _to_read_only(opened: Case, moment: datetime, refusal: Refusal | None) -> str:
    """For whoever is near to a text: it and its state, nothing of what others found in it, said of it or reported."""
    changed = {name: pieces for name, pieces in _changed(opened, None).items() if name != "confidential"}
    return _panes(opened, moment, refusal, near=True, files=[], changed=changed, labels=_labels(opened, None))


def _panes(opened: Case, moment: datetime, refusal: Refusal | None, **parts: Any) -> str:
    """What everybody who opens a case sees; `parts` is what this reader may see beside it."""
    return desk(
        "moderation/case.html",
        moment,
        listed=listed(),
        case=opened,
        campaign=campaigns.by_id().get(opened.idea.campaign_id or 0),
        held=refusal is None,
        refusal=refusal and in_words(refusal),
        **parts,
    )


def _changed(opened: Case, old: dict[str, Any] | None) -> dict[str, list[diff.Piece]]:
    """What the author has changed since a moderator read the old text, or would change in what is public."""
    if opened.edit:
        return _passages(_named(opened.edit.before), _named(opened.edit.content))
    now_ = {name: getattr(opened.idea, name) for name in TEXTS}
    return _passages(old, {**now_, "answers": opened.idea.answers}) if old else {}


def _passages(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, list[diff.Piece]]:
    """What differs, an answer that went or came too."""
    before, after = answers.by_name(old.get("answers")), answers.by_name(new.get("answers"))
    texts = {name: text for name, text in new.items() if name != "answers"}
    return diff.passages({**old, **before}, {**texts, **dict.fromkeys(before, ""), **after})


def _labels(opened: Case, old: dict[str, Any] | None) -> dict[str, Any]:
    """What the parts of an idea are called, and what the answers in it, and in what it was or would be, are to."""
    edit = opened.edit
    texts = (edit.before, edit.content) if edit else (old or {}, {"answers": opened.idea.answers})
    labels = (answers.labels(text.get("answers"), current_language()) for text in texts)
    return {**PARTS, **{name: label for some in labels for name, label in some.items()}}


def _named(content: Mapping[str, Any]) -> dict[str, Any]:
    """The texts, and the names of what is kept by number."""
    codes = reference()
    unit = codes.unit_by_id.get(content["unit_id"] or 0)
    places = {
        "field": local(codes.field_by_id[content["field_id"]], "name"),
        "unit": local(unit, "name") if unit else "",
    }
    texts = {name: content[name] for name in TEXTS}
    return {**texts, **places, "language": language_name(content["language"]), "answers": content.get("answers") or []}


@pages.post("/kiem-duyet/<int:case_id>/giu")
@allowed("moderate")
def claim(case_id: int) -> Any:
    moment = now()
    refusal = hold(case_id, moment)
    return late(refusal, moment) if refusal else redirect(url_for(".case", case_id=case_id), 303)


@pages.post("/kiem-duyet/tiep")
@allowed("moderate")
def claim_next() -> Any:
    """Hold the most urgent case nobody looks at."""
    top = Place.here().top
    with transaction():
        following = services.claim_next(current_user.member, current_settings().claim_ttl, now(), *top.which)
    if following is None:
        flash(gettext("Không còn mục nào bạn mở được: có người đang xem, hoặc đó là bài của bạn."), "error")
        return redirect(url_for(".queue", **top.back), 303)
    return redirect(url_for(".case", case_id=following.id, after=None), 303)


@pages.post("/kiem-duyet/<int:case_id>/nhip")
@allowed("moderate")
def beat(case_id: int) -> Any:
    """Somebody is at work: hold the case longer. Answers which lease it is by now, and its seconds."""
    ttl = current_settings().claim_ttl
    try:
        with transaction():
            until = services.claim(case_id, current_user.member, ttl, now()).claimed_until
    except Missing:
        raise
    except Refusal as refusal:
        return jsonify(detail=in_words(refusal)), refusal.status
    return jsonify(left=ttl, until=until.isoformat() if until else "")


@pages.post("/kiem-duyet/<int:case_id>/nha")
@allowed("moderate")
def release(case_id: int) -> Any:
    """Let go; with `until`, of that lease and no later one. A script that says goodbye wants no page."""
    until = request.form.get("until")
    with transaction():
        services.release(case_id, current_user.member, _moment(until) if until else None)
    return Response(status=204) if until else redirect(url_for(".queue", **Place.here().back), 303)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise Missing from None
    if moment.tzinfo is None:
        raise Missing
    return moment


@pages.post("/kiem-duyet/<int:case_id>/che")
@allowed("moderate")
def mask(case_id: int) -> Any:
    """Hide what triage proposes to hide, in the text and in its history."""
    opened = seen(case_id)
    try:
        with transaction():
            version = ids.version(request.form.get("version"))
            services.mask(case_id, current_user.member, version, marking.masks(opened.idea.language), now())
    except Conflict as conflict:
        return late(conflict, now())
    flash(gettext("Đã che trong bài và trong mọi bản cũ. Tác giả được báo."), "done")
    return redirect(url_for(".case", case_id=case_id), 303)


@pages.post("/kiem-duyet/<int:case_id>/bo-tep/<token>")
@allowed("moderate")
def take_off_file(case_id: int, token: str) -> Any:
    """A picture or a document that nobody should see leaves the idea, whatever is decided about the rest."""
    try:
        with transaction():
            services.take_off_file(case_id, current_user.member, token, now())
    except Conflict as conflict:
        return late(conflict, now())
    flash(gettext("Đã bỏ tệp khỏi ý tưởng. Tác giả được báo."), "done")
    return redirect(url_for(".case", case_id=case_id), 303)


@pages.post("/kiem-duyet/<int:case_id>/thoi-tin")
@allowed("moderate")
def end_trust(case_id: int) -> Any:
    """Everything of this author is read first again."""
    author_id = shown(case_id).idea.author_id
    with transaction():
        services.end_trust(author_id, current_user.member)
    flash(gettext("Từ nay bài của tác giả được đọc trước khi lên trang."), "done")
    return redirect(url_for(".case", case_id=case_id), 303)


@pages.post("/kiem-duyet/<int:case_id>/ghi-chu")
@allowed("moderate")
def add_note(case_id: int) -> Any:
    """A word to colleagues; the page comes back where the notes are."""
    form, moment = NoteForm(), now()
    try:
        with transaction():
            services.add_note(case_id, current_user.member, form.note.data or "", moment)
    except Invalid as invalid:
        form.add_errors(invalid.errors)
        refusal = hold(case_id, moment)
        return page(shown(case_id), moment, refusal, form), 422
    except Conflict as conflict:
        return late(conflict, moment)
    return redirect(url_for(".case", case_id=case_id, _anchor="ghi-chu"), 303)
