"""Pages on which organisers say what a campaign asks beside the idea itself."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_login import current_user

from portal.campaigns import asking, queries
from portal.campaigns.models import Campaign
from portal.campaigns.question_forms import QuestionForm
from portal.campaigns.questions import KINDS, MOST, Question
from portal.campaigns.views.blueprint import pages
from portal.campaigns.views.managing import managed
from portal.database import transaction
from portal.errors import Conflict, Missing, Refusal
from portal.rules import Invalid
from portal.web.access import allowed
from portal.web.language import words


@pages.get("/quan-tri/chien-dich/<int:campaign_id>/cau-hoi")
@allowed("organise")
def questions(campaign_id: int) -> str:
    campaign = managed(campaign_id)
    its = queries.questions_of(campaign.slug)
    return render_template("campaigns/questions.html", campaign=campaign, questions=its, kinds=KINDS, most=MOST)


@pages.get("/quan-tri/chien-dich/<int:campaign_id>/cau-hoi/moi")
@allowed("organise")
def new_question(campaign_id: int) -> Any:
    return _page(managed(campaign_id), QuestionForm(), None)


@pages.post("/quan-tri/chien-dich/<int:campaign_id>/cau-hoi/moi")
@allowed("organise")
def ask(campaign_id: int) -> Any:
    campaign, form = managed(campaign_id), QuestionForm()
    try:
        with transaction():
            asking.ask(campaign.id, form.wording(), current_user.member)
    except Invalid as invalid:
        form.add_errors(invalid.errors)
        return _page(campaign, form, None)
    except Refusal as refusal:
        if isinstance(refusal, Missing):
            raise
        form.form_errors = [words(refusal)]
        return _page(campaign, form, None)
    return _back(campaign, gettext("Đã thêm câu hỏi. Trang gửi ý tưởng hỏi câu này từ bây giờ."))


@pages.get("/quan-tri/chien-dich/<int:campaign_id>/cau-hoi/<int:question_id>")
@allowed("organise")
def question(campaign_id: int, question_id: int) -> Any:
    campaign = managed(campaign_id)
    found = _question(campaign, question_id)
    return _page(campaign, QuestionForm(found), found)


@pages.post("/quan-tri/chien-dich/<int:campaign_id>/cau-hoi/<int:question_id>")
@allowed("organise")
def reword(campaign_id: int, question_id: int) -> Any:
    campaign = managed(campaign_id)
    found = _question(campaign, question_id)
    form = QuestionForm(found)
    try:
        with transaction():
            asking.reword(campaign.id, question_id, form.known, form.wording(), current_user.member)
    except Invalid as invalid:
        form.add_errors(invalid.errors)
        return _page(campaign, form, found)
    except Conflict as conflict:
        form.form_errors = [words(conflict)]
        form.came_second(_question(campaign, question_id).version)
        return _page(campaign, form, found, conflict.status)
    return _back(campaign, gettext("Đã lưu câu hỏi."))


@pages.post("/quan-tri/chien-dich/<int:campaign_id>/cau-hoi/<int:question_id>/bo")
@allowed("organise")
def drop_question(campaign_id: int, question_id: int) -> Any:
    campaign = managed(campaign_id)
    with transaction():
        asking.drop(campaign.id, question_id, current_user.member)
    return _back(campaign, gettext("Đã bỏ câu hỏi. Câu trả lời đã gửi vẫn còn nguyên trong bài."))


@pages.post("/quan-tri/chien-dich/<int:campaign_id>/cau-hoi/<int:question_id>/len")
@allowed("organise")
def move_question(campaign_id: int, question_id: int) -> Any:
    campaign = managed(campaign_id)
    with transaction():
        asking.move_up(campaign.id, question_id, current_user.member)
    return redirect(url_for(".questions", campaign_id=campaign.id), 303)


def _question(campaign: Campaign, question_id: int) -> Question:
    found = next((one for one in queries.questions_of(campaign.slug) if one.id == question_id), None)
    if found is None:
        raise Missing
    return found


def _page(campaign: Campaign, form: QuestionForm, question: Question | None, status: int = 422) -> Any:
    page = render_template("campaigns/question.html", campaign=campaign, form=form, question=question)
    return page, status if form.errors else 200


def _back(campaign: Campaign, said: str) -> Any:
    flash(said, "done")
    return redirect(url_for(".questions", campaign_id=campaign.id), 303)
