"""Writing: a draft without an account, a look at the whole, sign-in last."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import flash, redirect, render_template, request, session, url_for
from flask_babel import gettext
from flask_login import current_user
from wtforms import Field

from portal.accounts import terms
from portal.accounts.secrets import new_token
from portal.accounts.visitor import known_visitor
from portal.attachments import queries as attached
from portal.attachments import services as attachments
from portal.campaigns import queries as campaigns
from portal.campaigns.models import Campaign
from portal.database import now, transaction
from portal.errors import N_, Missing, Refusal
from portal.ideas import answers, forms, queries, search, services, states
from portal.ideas.answers import Answers
from portal.ideas.forms import IdeaForm, SendForm
from portal.ideas.models import Draft
from portal.ideas.rules import Content
from portal.ideas.views.blueprint import pages
from portal.rules import Invalid
from portal.settings import current_settings
from portal.units.queries import reference
from portal.voting import queries as voting
from portal.web.access import public, signed_in
from portal.web.ids import row_id
from portal.web.language import words


@pages.get("/gui-y-tuong")
@public
def write() -> Any:
    draft = queries.draft(request.args.get("nhap"), current_user.id, known_visitor())
    if draft and draft.idea_id:
        return redirect(url_for("ideas.show", idea_id=draft.idea_id), 303)
    start = draft.content if draft else _what_is_known()
    form = idea_form(start)
    if draft and "loi" in request.args:
        say_what_is_wrong(form)
    unsent = [] if draft else queries.drafts_of(current_user.id, known_visitor())
    return writing_page(form, draft, unsent=unsent)


def _what_is_known() -> dict[str, str]:
    """The writer's province, and the campaign whose page led here unless a guardian has to allow it first."""
    member = current_user.member
    allowed = member is None or member.may("contest")
    contest = {"campaign": request.args.get("chien-dich", "")} if allowed else {}
    return contest if member is None else {**contest, "unit": services.home_of(member)}


def idea_form(
    start: dict[str, Any] | None = None, also: Campaign | None = None, kept: Answers = (), *, stays: bool = False
) -> IdeaForm:
    """The form with the campaigns one can send to now, and the one an idea was sent to before, with its answers.

    `stays`: what is public does not change its campaign any more, and so none is to be chosen.
    """
    offered = {} if stays else {campaign.slug: campaign for campaign in campaigns.open(now())}
    if also:
        offered.setdefault(also.slug, also)
    asked = campaigns.questions(one.id for one in offered.values()) if offered else {}
    questions = {slug: asked[one.id] for slug, one in offered.items() if one.id in asked}
    own = also.slug if also else ""
    if kept:
        questions[own] = answers.still_asked(questions.get(own, ()), kept)
    if stays:
        offered, questions = {}, {"": questions[own]} if own in questions else {}
    return forms.idea_form(list(offered.values()), current_user.member, questions, start)


def say_what_is_wrong(form: IdeaForm) -> bool:
    try:
        services.ready(form.content(), current_user.member, now())
    except Invalid as invalid:
        form.add_errors(invalid.errors)
        return True
    return False


def writing_page(
    form: IdeaForm,
    draft: Draft | None,
    *,
    unsent: Any = (),
    conflict: Refusal | None = None,
    differences: list[tuple[Field, str, str]] | None = None,
) -> Any:
    page = render_template(
        "ideas/write.html",
        form=form,
        draft=draft,
        key=new_token(),
        unsent=unsent,
        differences=differences or [],
        conflict=words(conflict) if conflict else "",
        sent_as=conflict.idea_id if isinstance(conflict, services.AlreadySent) else None,
        fields=reference().fields,
        now=now(),
    )
    return page, conflict.status if conflict else 422 if form.errors else 200


@pages.get("/gui-y-tuong/kiem-tra")
@public
def review() -> Any:
    draft = queries.draft(request.args.get("nhap"), current_user.id, known_visitor())
    if draft is None:
        return redirect(url_for("ideas.write"), 303)
    return _review_page(draft, SendForm())


@pages.post("/gui-y-tuong/kiem-tra")
@public
def send() -> Any:
    draft = queries.draft(request.args.get("nhap"), current_user.id, known_visitor())
    if draft is None:
        raise Missing
    form = SendForm()
    if not form.own_work.data and draft.idea_id is None:
        form.add_errors({"own_work": Refusal(N_("Đánh dấu vào ô này để gửi"))})
        return _review_page(draft, form)
    if not current_user.is_authenticated:
        session["next"] = url_for("ideas.review", nhap=draft.token)
        return redirect(url_for("accounts.sign_in"), 303)
    member, token, browser = current_user.member, draft.token, known_visitor()
    try:
        with transaction():
            idea = services.submit(member, token, now(), visitor=browser)
            attachments.follow_draft(draft, idea)
    except Invalid:
        return redirect(url_for("ideas.write", nhap=token, loi=1), 303)
    return redirect(url_for("ideas.done", y=idea.id), 303)


def _review_page(draft: Draft, form: SendForm) -> Any:
    if draft.idea_id:
        return redirect(url_for("ideas.done", y=draft.idea_id), 303)
    content = Content.read(draft.content)
    try:
        content, questions = services.ready(content, current_user.member, now())
    except Invalid:
        return redirect(url_for("ideas.write", nhap=draft.token, loi=1), 303)
    codes, member, moment = reference(), current_user.member, now()
    twins = search.similar(content.title, 3)
    page = render_template(
        "ideas/review.html",
        twins=twins,
        voted=voting.voted(current_user.id, [twin.id for twin in twins]),
        draft=draft,
        form=form,
        content=content,
        answers=answers.taken(questions, content.answers),
        files=attached.of_draft(draft.id),
        field=codes.field_by_code[content.field],
        unit=codes.unit_by_code.get(content.unit),
        campaign=campaigns.by_slug(content.campaign) if content.campaign else None,
        answer_by=moment + _review_time(),
        must_be_allowed=member is not None and not member.may("publish"),
        under=terms.under(member, moment.date()) if member else None,
    )
    return page, 422 if form.errors else 200


def _review_time() -> timedelta:
    return timedelta(seconds=current_settings().review_deadline)


@pages.get("/gui-y-tuong/xong")
@signed_in
def done() -> str:
    shown = queries.show(row_id(request.args.get("y")) or 0, current_user.member)
    if shown.idea.author_id != current_user.id:
        raise Missing
    return render_template(
        "ideas/done.html",
        shown=shown,
        idea=shown.idea,
        open_to_invited=states.OPEN_TO_INVITED,
        answer_by=shown.idea.updated_at + _review_time(),
    )


@pages.post("/gui-y-tuong/xoa")
@public
def discard() -> Any:
    token, member_id, browser = request.form.get("nhap"), current_user.id, known_visitor()
    draft = queries.draft(token, member_id, browser)
    if draft:
        with transaction():
            services.discard(draft.token, member_id, browser)
        flash(gettext("Đã xoá bản nháp."), "done")
    return redirect(url_for("accounts.me" if member_id else "ideas.write"), 303)
