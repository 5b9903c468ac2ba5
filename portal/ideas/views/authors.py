"""Co-authors: the author invites, those invited answer; others ask, the author answers; anybody may leave."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user

from portal.database import now, transaction
from portal.errors import Missing, Refusal
from portal.ideas import queries
from portal.ideas.forms import InviteForm
from portal.ideas.queries import Shown
from portal.ideas.services import coauthors as services
from portal.ideas.services import joining
from portal.ideas.views.blueprint import pages
from portal.web.access import signed_in
from portal.web.ids import row_id
from portal.web.language import words


@pages.get("/y-tuong/<int:idea_id>/dong-tac-gia")
@signed_in
def coauthors(idea_id: int) -> Any:
    """Who stands under the idea, and what one may do about it: for those involved, and who would like to be."""
    return _page(_involved(idea_id), InviteForm())


@pages.post("/y-tuong/<int:idea_id>/dong-tac-gia/hoi")
@signed_in
def ask_to_join(idea_id: int) -> Any:
    """`ask` is the wished state."""
    member = current_user.member
    with transaction():
        if request.form.get("ask") == "0":
            joining.take_back(member, idea_id)
        else:
            joining.ask(member, idea_id, now())
    return redirect(url_for("ideas.coauthors", idea_id=idea_id), 303)


@pages.post("/y-tuong/<int:idea_id>/dong-tac-gia/nhan")
@signed_in
def answer_request(idea_id: int) -> Any:
    """The author answers a `member` who asked."""
    author, member_id = current_user.member, row_id(request.form.get("member")) or 0
    yes = request.form.get("answer") == "yes"
    with transaction():
        (joining.admit if yes else joining.turn_down)(author, idea_id, member_id, now())
    flash(
        gettext("Bạn ấy đứng tên cùng bạn từ giờ.") if yes else gettext("Đã từ chối. Bạn ấy không nhận thông báo nào."),
        "done",
    )
    return redirect(url_for("ideas.coauthors", idea_id=idea_id), 303)


@pages.post("/y-tuong/<int:idea_id>/dong-tac-gia")
@signed_in
def invite(idea_id: int) -> Any:
    form, member = InviteForm(), current_user.member
    try:
        with transaction():
            services.invite(member, idea_id, form.whom.data or "", now())
    except Missing:
        raise
    except Refusal as refusal:
        shown = _involved(idea_id)
        form.whom.errors = [words(refusal)]
        return _page(shown, form), refusal.status
    flash(gettext("Đã ghi lời mời. Nếu có tài khoản Nảy, bạn ấy nhận được thư."), "done")
    return redirect(url_for("ideas.coauthors", idea_id=idea_id), 303)


@pages.post("/y-tuong/<int:idea_id>/dong-tac-gia/tra-loi")
@signed_in
def answer_invitation(idea_id: int) -> Any:
    """`answer` is yes, or no: to the invitation, or to staying."""
    member, yes = current_user.member, request.form.get("answer") == "yes"
    with transaction():
        if yes:
            services.accept(member, idea_id, now())
        else:
            services.decline(member, idea_id, now())
    if yes:
        flash(gettext("Từ giờ bạn là đồng tác giả."), "done")
        return redirect(url_for("ideas.show", idea_id=idea_id), 303)
    flash(gettext("Bạn không đứng tên ý tưởng này."), "done")
    return redirect(url_for("ideas.beside"), 303)


@pages.post("/y-tuong/<int:idea_id>/dong-tac-gia/bo")
@signed_in
def drop_coauthor(idea_id: int) -> Any:
    """The author takes an `invitation` back, or ends what `member` had accepted."""
    author = current_user.member
    invitation, member_id = row_id(request.form.get("invitation")), row_id(request.form.get("member"))
    with transaction():
        if invitation:
            services.cancel(author, idea_id, invitation)
        else:
            services.remove(author, idea_id, member_id or 0)
    flash(gettext("Đã bỏ."), "done")
    return redirect(url_for("ideas.coauthors", idea_id=idea_id), 303)


@pages.get("/toi/dong-tac-gia")
@signed_in
def beside() -> str:
    """Ideas of others that one is asked to stand under, or does."""
    found = queries.beside_of(current_user.id)
    return render_template(
        "ideas/beside.html",
        asked=[one for one in found if one.state == "invited"],
        waiting=[one for one in found if one.state == "asked"],
        joined=[one for one in found if one.state == "accepted"],
    )


def _involved(idea_id: int) -> Shown:
    shown = queries.show(idea_id, current_user.member)
    if not shown.is_by(current_user.id) and current_user.id not in shown.invited and not shown.is_public:
        raise Missing
    return shown


def _page(shown: Shown, form: InviteForm) -> str:
    mine = shown.idea.author_id == current_user.id
    waits = current_user.id in {one.id for one in shown.asking}
    return render_template(
        "ideas/coauthors.html",
        shown=shown,
        idea=shown.idea,
        mine=mine,
        waits=waits,
        may_ask=not waits and not shown.is_by(current_user.id) and current_user.id not in shown.invited,
        form=form,
        unanswered=queries.unanswered(shown.idea.id) if mine else [],
        most=services.MOST,
    )
