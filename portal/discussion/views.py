"""Posting comments, following and no longer following. Reading comments is part of the idea's page."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user

from portal.accounts.views.holding import hold, sign_in_first
from portal.database import now, transaction
from portal.discussion import queries, services
from portal.discussion.forms import CommentForm
from portal.discussion.models import Comment
from portal.discussion.rules import check_body
from portal.errors import Refusal
from portal.ideas import queries as ideas
from portal.rules import Invalid
from portal.web.access import public, signed_in
from portal.web.ids import read_place, row_id, write_place
from portal.web.language import words
from portal.web.security import local_path

pages = Blueprint("discussion", __name__)


@pages.get("/y-tuong/<int:idea_id>/binh-luan")
@public
def begin(idea_id: int) -> Any:
    """Where the form's own address leads when it is only read: to the idea's comments."""
    answering = row_id(request.args.get("parent"))
    return redirect(_comments_of(idea_id, "tra-loi" if answering else "binh-luan", answering), 303)


@pages.post("/y-tuong/<int:idea_id>/binh-luan")
@public
def post(idea_id: int) -> Any:
    """A visitor's words are held until they sign in."""
    form, parent = CommentForm(), row_id(request.form.get("parent"))
    shown, member = ideas.show(idea_id, current_user.member), current_user.member
    try:
        if member is None:
            body, back = check_body(form.body.data), _comments_of(idea_id, "binh-luan")
            return hold("comment", idea_id, back, body=body, parent_id=parent or 0)
        with transaction():
            comment = services.post(member, idea_id, form.body.data, now(), parent_id=parent)
    except Invalid as invalid:
        form.add_errors(invalid.errors)
        return render_template("discussion/post.html", shown=shown, form=form, parent=parent), 422
    except Refusal as refusal:
        if refusal.field != "parent":
            raise
        form.form_errors = [words(refusal)]
        return render_template("discussion/post.html", shown=shown, form=form), refusal.status
    waits = comment.status == "waiting"
    received = gettext("Đã nhận bình luận. Nó hiện ra khi có người duyệt.")
    flash(received if waits else gettext("Đã đăng bình luận của bạn."), "kept")
    return redirect(_place_of(comment), 303)


@pages.get("/y-tuong/<int:idea_id>/binh-luan/<int:comment_id>/sua")
@signed_in
def edit(idea_id: int, comment_id: int) -> Any:
    shown, comment = ideas.show(idea_id, current_user.member), queries.own(comment_id, idea_id, current_user.id)
    return render_template("discussion/post.html", shown=shown, form=CommentForm(obj=comment), comment=comment)


@pages.post("/y-tuong/<int:idea_id>/binh-luan/<int:comment_id>/sua")
@signed_in
def save(idea_id: int, comment_id: int) -> Any:
    form, member = CommentForm(), current_user.member
    shown, comment = ideas.show(idea_id, member), queries.own(comment_id, idea_id, current_user.id)
    try:
        with transaction():
            comment = services.edit(member, comment_id, form.body.data, now())
    except Invalid as invalid:
        form.add_errors(invalid.errors)
        return render_template("discussion/post.html", shown=shown, form=form, comment=comment), 422
    waits = comment.status == "waiting"
    flash(gettext("Đã sửa. Nó hiện ra khi có người duyệt.") if waits else gettext("Đã sửa bình luận"), "kept")
    return redirect(_place_of(comment), 303)


@pages.get("/y-tuong/<int:idea_id>/binh-luan/<int:comment_id>/rut")
@signed_in
def take_back(idea_id: int, comment_id: int) -> Any:
    shown, comment = ideas.show(idea_id, current_user.member), queries.own(comment_id, idea_id, current_user.id)
    return render_template("discussion/withdraw.html", shown=shown, comment=comment)


@pages.post("/y-tuong/<int:idea_id>/binh-luan/<int:comment_id>/rut")
@signed_in
def withdraw(idea_id: int, comment_id: int) -> Any:
    member, comment = current_user.member, queries.own(comment_id, idea_id, current_user.id)
    with transaction():
        services.withdraw(member, comment.id, now())
    flash(gettext("Đã rút bình luận"), "kept")
    return redirect(_comments_of(idea_id, "binh-luan"), 303)


@pages.post("/y-tuong/<int:idea_id>/binh-luan/<int:comment_id>/huu-ich")
@signed_in
def mark_helpful(idea_id: int, comment_id: int) -> Any:  # noqa: ARG001  # of the address
    """`helpful` is the wished state."""
    author, helpful = current_user.member, request.form.get("helpful") != "0"
    with transaction():
        comment = services.mark_helpful(author, comment_id, helpful=helpful)
    return redirect(_place_of(comment), 303)


@pages.post("/y-tuong/<int:idea_id>/theo-doi")
@public
def follow(idea_id: int) -> Any:
    """`follow` is the wished state, so sending it twice is sending it once. Visitors' wish is held."""
    wished, back = request.form.get("follow") != "0", local_path(request.form.get("back"))
    if not current_user.is_authenticated:
        return hold("follow", idea_id, back) if wished else sign_in_first(back)
    member = current_user.member
    with transaction():
        if wished:
            services.follow(member, idea_id, now())
        else:
            services.unfollow(member, idea_id)
    if not request.headers.get("HX-Request"):
        if not wished:
            flash(gettext("Đã thôi theo dõi"), "done")
        return redirect(back, 303)
    return render_template("discussion/follow.html", idea_id=idea_id, following=wished, back=back, size=_size())


def _size() -> str:
    return "aside" if request.form.get("size") == "aside" else "page"


@pages.get("/toi/theo-doi")
@signed_in
def followed() -> str:
    """What one follows, the latest first."""
    found, after = queries.followed(current_user.id, read_place())
    return render_template("discussion/followed.html", followed=found, after=write_place(after))


def _place_of(comment: Comment) -> str:
    """Where a comment is read: under the idea, or in its thread alone if that is a long one."""
    thread = {}
    if comment.parent_id and queries.place_in_thread(comment, current_user.id) >= queries.ANSWERS:
        thread = {"chuoi": comment.parent_id, "sau": comment.id - 1}
    return _comments_of(comment.idea_id, f"c-{comment.id}", **thread)


def _comments_of(idea_id: int, anchor: str, answering: int | None = None, **words: int) -> str:
    shown = ideas.show(idea_id, current_user.member)
    where: dict[str, Any] = {"tra-loi": answering, **words}
    return url_for("ideas.show", idea_id=idea_id, slug=shown.slug, _anchor=anchor, **where)
