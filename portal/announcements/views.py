"""Announcements of organisers: write, see whom it reaches, try it, send it off, watch it go, stop it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response
from wtforms.fields.choices import SelectChoice

from portal.accounts import policy
from portal.accounts.models import Member
from portal.announcements import queries, services
from portal.announcements.forms import AnnouncementForm
from portal.announcements.models import Announcement
from portal.announcements.rules import SECOND_PERSON_ABOVE
from portal.campaigns import queries as campaigns
from portal.database import db, now, transaction
from portal.errors import Refusal
from portal.notifications import announcing, hours
from portal.rules import Invalid
from portal.settings import current_settings
from portal.units.queries import reference
from portal.web.access import allowed
from portal.web.ids import read_after
from portal.web.language import words as in_words
from portal.web.templating import local

pages = Blueprint("announcements", __name__)


@pages.get("/quan-tri/thong-bao")
@allowed("announce")
def index() -> str:
    listed, after = queries.page(current_user.member, read_after())
    return render_template("announcements/index.html", listed=listed, after=after, audience=_audience)


@pages.route("/quan-tri/thong-bao/moi", methods=["GET", "POST"])
@allowed("announce")
def write() -> Any:
    form, author = _form(), current_user.member
    if request.method == "POST" and form.validate():
        with transaction():
            row = services.draft(author, form.words, *form.chosen, now())
        flash(gettext("Đã lưu. Chưa gửi cho ai."), "kept")
        return redirect(url_for(".show", announcement_id=row.id), 303)
    return render_template("announcements/write.html", form=form, row=None), 422 if form.errors else 200


@pages.route("/quan-tri/thong-bao/<int:announcement_id>/sua", methods=["GET", "POST"])
@allowed("announce")
def edit(announcement_id: int) -> Any:
    author, row = current_user.member, queries.show(announcement_id, current_user.member).row
    form = _form(
        subject=row.subject, body=row.body, language=row.language, audience=f"{row.audience}:{row.audience_id}"
    )
    if request.method == "POST" and form.validate():
        try:
            with transaction():
                services.revise(author, announcement_id, form.words, *form.chosen)
            return redirect(url_for(".show", announcement_id=announcement_id), 303)
        except Invalid as invalid:
            form.add_errors(invalid.errors)
    return render_template("announcements/write.html", form=form, row=row), 422 if form.errors else 200


@pages.get("/quan-tri/thong-bao/<int:announcement_id>")
@allowed("announce")
def show(announcement_id: int) -> str:
    """Before it goes: whom it reaches and how it reads. Afterwards: how far it has come."""
    shown, quiet, moment = queries.show(announcement_id, current_user.member), current_settings().quiet_hours, now()
    author = db.session.get_one(Member, shown.row.author_id)
    return render_template(
        "announcements/show.html",
        shown=shown,
        row=shown.row,
        own=shown.row.author_id == current_user.id,
        count=queries.count(shown.row, author, moment) if shown.row.state == "draft" else shown.row.counted,
        many=SECOND_PERSON_ABOVE,
        quiet_until=quiet[1] if quiet and hours.is_quiet(moment, quiet) else None,
        progress=announcing.progress(announcement_id) if shown.row.counted else None,
        audience=_audience(shown),
        limited=shown.row.audience != "unit" and policy.units_of(author, "announce") is not None,
    )


@pages.post("/quan-tri/thong-bao/<int:announcement_id>/thu")
@allowed("announce")
def try_out(announcement_id: int) -> Response:
    settings = current_settings()
    return _act(
        announcement_id,
        lambda actor: announcing.write_test(
            announcement_id, services.count_test(actor, announcement_id), actor.id, settings
        ),
        gettext("Thư thử đang tới hộp thư của bạn."),
    )


@pages.post("/quan-tri/thong-bao/<int:announcement_id>/gui")
@allowed("announce")
def send(announcement_id: int) -> Response:
    said = {"sending": gettext("Đã nhận lệnh gửi."), "waiting": gettext("Đã nhờ người thứ hai duyệt.")}
    return _act(announcement_id, lambda actor: said[services.send(actor, announcement_id, now())])


@pages.post("/quan-tri/thong-bao/<int:announcement_id>/duyet")
@allowed("announce")
def approve(announcement_id: int) -> Response:
    return _act(announcement_id, lambda actor: services.approve(actor, announcement_id, now()), gettext("Đã duyệt."))


@pages.post("/quan-tri/thong-bao/<int:announcement_id>/dung")
@allowed("announce")
def stop(announcement_id: int) -> Response:
    return _act(announcement_id, lambda actor: services.stop(actor, announcement_id, now()), gettext("Đã dừng."))


def _act(announcement_id: int, do: Callable[[Member], object], said: str = "") -> Response:
    """Do it and say so, or what it says itself."""
    actor = current_user.member
    try:
        with transaction():
            done = do(actor)
        flash(said or str(done), "done")
    except Refusal as refusal:
        if refusal.status == 404:
            raise
        flash(in_words(refusal), "error")
    return redirect(url_for(".show", announcement_id=announcement_id), 303)


def _form(**values: Any) -> AnnouncementForm:
    form = AnnouncementForm(**values)
    form.audience.choices = [
        SelectChoice(value, label, optgroup=group) for group, some in _offered().items() for value, label in some
    ]
    return form


def _offered() -> dict[str, list[tuple[str, str]]]:
    """Whom this reader may address, in three groups."""
    actor, places = current_user.member, reference()
    return {
        gettext("Người tham gia chiến dịch"): [
            (f"campaign:{one.id}", local(one, "title"))
            for one in campaigns.everything()
            if policy.can(actor, "announce", one)
        ],
        gettext("Người viết và theo dõi một lĩnh vực"): [
            (f"field:{one.id}", local(one, "name")) for one in places.fields
        ],
        gettext("Thành viên của một đơn vị"): [
            (f"unit:{one.id}", local(one, "name")) for one in places.units if policy.can(actor, "announce", one.id)
        ],
    }


def _audience(shown: queries.Listed) -> str:
    """Whom it is for, in words."""
    row: Announcement = shown.row
    if row.audience == "campaign":
        return gettext("Người tham gia “%(name)s”", name=local(shown.campaign, "title"))
    name = local(queries.place(row), "name")
    if row.audience == "field":
        return gettext("Người viết và theo dõi lĩnh vực %(name)s", name=name)
    return gettext("Thành viên của %(name)s", name=name)
