"""Attaching files to a draft or an idea, and handing them out to whoever may read what they belong to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.exceptions import RequestEntityTooLarge

from portal.attachments import queries, services
from portal.attachments.forms import FileForm, TellForm
from portal.attachments.models import Attachment
from portal.attachments.rules import HEARD, LARGEST, MEGABYTE, MOST
from portal.attachments.transfer import hand_out, receive
from portal.database import now, transaction
from portal.errors import Missing, Refusal
from portal.ideas import queries as ideas
from portal.ideas.models import Draft
from portal.ideas.queries import Shown
from portal.ideas.services import EDITABLE, not_editable
from portal.moderation import reading as desk
from portal.web.access import public, signed_in
from portal.web.language import words

pages = Blueprint("attachments", __name__)

FORMS = {"attachments.add_to_draft", "attachments.add_to_idea"}
TAKES_FILES = {*FORMS, "attachments_api.add", "importing.index"}


def expect_files() -> None:
    """Before anything reads the body: four routes take files, all others a megabyte of text."""
    if request.endpoint in TAKES_FILES:
        request.max_content_length = HEARD if request.endpoint in FORMS else LARGEST + MEGABYTE


@pages.errorhandler(413)
def too_large(_error: RequestEntityTooLarge) -> Any:
    """So large that nothing of it was read: the form again, and what was said of the file is in the browser alone."""
    form = FileForm(formdata=None)
    form.file.errors = [gettext("Tệp này lớn quá. Mỗi tệp tối đa 10 MB.")]
    if request.endpoint == "attachments.add_to_draft":
        draft = _own_draft()
        return _page(form, queries.of_draft(draft.id), draft=draft), 413
    shown = _own_idea((request.view_args or {})["idea_id"])
    return _page(form, queries.of_idea(shown.idea.id), shown=shown), 413


@pages.get("/gui-y-tuong/tep")
@signed_in
def of_draft() -> Any:
    draft = _own_draft()
    return _page(FileForm(), queries.of_draft(draft.id), draft=draft)


@pages.post("/gui-y-tuong/tep")
@signed_in
def add_to_draft() -> Any:
    draft, member = _own_draft(), current_user.member

    def attach(attachment: Attachment) -> None:
        services.attach_to_draft(member, draft.token, attachment)

    form = FileForm()
    if fault := _fault(form, attach):
        return _page(form, queries.of_draft(draft.id), draft=draft), fault
    return redirect(url_for("attachments.of_draft", nhap=draft.token, _anchor="them"), 303)


@pages.get("/y-tuong/<int:idea_id>/tep")
@signed_in
def of_idea(idea_id: int) -> Any:
    """In a state in which nothing can be added any more, to take files away."""
    shown = _own_idea(idea_id)
    return _page(FileForm(), queries.of_idea(idea_id), shown=shown)


@pages.post("/y-tuong/<int:idea_id>/tep")
@signed_in
def add_to_idea(idea_id: int) -> Any:
    shown, member = _changeable_idea(idea_id), current_user.member

    def attach(attachment: Attachment) -> None:
        services.attach_to_idea(member, idea_id, attachment, now())

    form = FileForm()
    if fault := _fault(form, attach):
        return _page(form, queries.of_idea(idea_id), shown=shown), fault
    return redirect(url_for("attachments.of_idea", idea_id=idea_id, _anchor="them"), 303)


@pages.post("/tep/<token>/ta")
@signed_in
def tell(token: str) -> Any:
    """Other words for what a picture shows: without them it would have to be taken off and sent again."""
    said = request.form.get("alt", "")
    try:
        with transaction():
            attachment = services.tell(current_user.member, token, said, now())
    except Refusal as refusal:
        if refusal.field != "alt":
            raise
        return _untold(token, said, refusal), refusal.status
    flash(gettext("Đã lưu lời tả ảnh."), "done")
    return redirect(_page_of(attachment, f"tep-{attachment.id}"), 303)


@pages.post("/tep/<token>/xoa")
@signed_in
def remove(token: str) -> Any:
    member = current_user.member
    with transaction():
        attachment = services.remove(member, token, now())
        back = _page_of(attachment)
    flash(gettext("Đã bỏ tệp."), "done")
    return redirect(back, 303)


@pages.get("/tep/<token>")
@public
def show(token: str) -> Response:
    """A file, to those who may read what it belongs to; never as a page, and with no right to run anything."""
    return hand_out(token, desk.show, small="nho" in request.args)


def _fault(form: FileForm, attach: Callable[[Attachment], None]) -> int:
    """Keep the file that was sent. What is wrong with it goes into the form, and its status is returned; else 0."""
    try:
        kept = receive(request.files.get("file"), form.alt.data or "", current_user.id, attach)
    except Missing:
        raise
    except Refusal as refusal:
        field = form.alt if refusal.field == "alt" else form.file
        field.errors = [words(refusal)]
        if field is form.alt:
            form.file.errors = [gettext("Chọn lại tệp: trang tải lại thì trình duyệt không giữ nó")]
        return refusal.status
    flash(gettext("Đã thêm “%(name)s”.", name=kept.name), "done")
    return 0


def _untold(token: str, said: str, fault: Refusal) -> str:
    """The page of a file with what was said of it, and what is wrong with that."""
    attachment = queries.by_token(token)
    if attachment is None:
        raise Missing
    form = TellForm.of(attachment)
    form.alt.data, form.alt.errors = said, [words(fault)]
    told = {token: form}
    if draft := services.draft_of(attachment):
        return _page(FileForm(formdata=None), queries.of_draft(draft.id), told, draft=draft)
    shown = _own_idea(attachment.idea_id or 0)
    return _page(FileForm(formdata=None), queries.of_idea(shown.idea.id), told, shown=shown)


def _page_of(attachment: Attachment, anchor: str | None = None) -> str:
    """The address of the page that lists a file."""
    if draft := services.draft_of(attachment):
        return url_for("attachments.of_draft", nhap=draft.token, _anchor=anchor)
    return url_for("attachments.of_idea", idea_id=attachment.idea_id, _anchor=anchor)


def _own_draft() -> Draft:
    draft = ideas.draft(request.args.get("nhap"), current_user.id, None)
    if draft is None or draft.idea_id is not None or draft.member_id is None:
        raise Missing
    return draft


def _own_idea(idea_id: int) -> Shown:
    shown = ideas.show(idea_id, current_user.member)
    if shown.idea.author_id != current_user.id:
        raise Missing
    return shown


def _changeable_idea(idea_id: int) -> Shown:
    shown = _own_idea(idea_id)
    if shown.idea.status not in EDITABLE:
        raise not_editable()
    return shown


def _page(form: FileForm, files: list[Attachment], faulty: dict[str, TellForm] | None = None, **about: Any) -> str:
    told = {file.token: TellForm.of(file) for file in files if file.kind == "image"} | (faulty or {})
    wrong = next(iter(faulty.values())) if faulty else form
    rules = {"most": MOST, "largest": LARGEST, "editable": EDITABLE}
    return render_template("attachments/edit.html", form=form, files=files, told=told, wrong=wrong, **rules, **about)
