"""My data: a copy, what can be corrected, and erasure with time to think it over."""

from __future__ import annotations

from flask import Response, flash, request
from flask_babel import gettext
from flask_login import current_user

from portal.accounts import queries, services
from portal.accounts.forms import BirthForm
from portal.accounts.views.base import go_to, page
from portal.accounts.views.blueprint import pages
from portal.accounts.views.freshness import fresh
from portal.database import now, transaction
from portal.errors import Missing, Refusal
from portal.rules import Invalid
from portal.settings import current_settings
from portal.web.access import signed_in
from portal.web.language import words


@pages.get("/toi/du-lieu")
@signed_in
def my_data() -> Response:
    known = current_user.member
    return data_page(BirthForm(birth_year=str(known.birth_year or ""), birth_month=str(known.birth_month or "")))


def data_page(form: BirthForm) -> Response:
    return page(
        "accounts/my_data.html",
        form,
        copy=queries.data_copy_of(current_user.id, now()),
        wish=queries.open_erasure(current_user.id),
        settings=current_settings(),
    )


@pages.post("/toi/du-lieu/ban-sao")
@signed_in
def ask_copy() -> Response:
    try:
        with transaction():
            services.ask_copy(current_user.member, now())
        flash(gettext("Bản sao đang được làm. Xong thì có thư báo, và trang này có đường tải về."), "done")
    except Refusal as refusal:
        flash(words(refusal), "error")
    return go_to("accounts.my_data")


@pages.get("/toi/du-lieu/ban-sao")
@signed_in
@fresh
def fetch_copy() -> Response:
    return fetch(current_user.id)


def fetch(member_id: int) -> Response:
    """The zip file. Raises Missing when there is none, or it has expired."""
    copy = queries.data_copy_of(member_id, now())
    if copy is None or copy.content is None:
        raise Missing
    headers = {"Content-Disposition": 'attachment; filename="nay.zip"', "Cache-Control": "private, no-store"}
    return Response(copy.content, mimetype="application/zip", headers=headers)


@pages.post("/toi/du-lieu/ngay-sinh")
@signed_in
def correct_birth() -> Response:
    form = BirthForm()
    if form.validate():
        try:
            with transaction():
                services.correct_birth(current_user.member, form.birth, now())
            flash(gettext("Đã lưu"), "done")
            return go_to("accounts.my_data")
        except Invalid as refusal:
            form.add_errors(refusal.errors)
    return data_page(form)


@pages.post("/toi/du-lieu/xoa")
@signed_in
@fresh
def erase() -> Response:
    """Ask to be erased, or with `stay` take the wish back."""
    try:
        if request.form.get("stay"):
            with transaction():
                services.cancel_erasure(current_user.id, now())
            flash(gettext("Đã huỷ yêu cầu xoá. Mọi thứ vẫn như cũ."), "done")
        else:
            keep = request.form.get("keep_ideas") == "y"
            with transaction():
                services.ask_erasure(current_user.member, now(), keep_ideas=keep)
            flash(gettext("Đã nhận yêu cầu xoá tài khoản. Có thư báo cho bạn."), "done")
    except Refusal as refusal:
        flash(words(refusal), "error")
    return go_to("accounts.my_data")
