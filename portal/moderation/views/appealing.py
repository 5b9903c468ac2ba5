"""For authors: asking somebody else to look at a refusal again."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_login import current_user

from portal.database import now, transaction
from portal.discussion import queries as discussion
from portal.errors import Conflict, Missing
from portal.ideas import queries as ideas
from portal.moderation import queries, replies, services
from portal.moderation.forms import AppealForm
from portal.moderation.views.blueprint import pages
from portal.rules import Invalid
from portal.settings import current_settings
from portal.text import excerpt
from portal.web.access import signed_in
from portal.web.language import words as in_words

EXCERPT = 80


@pages.get("/y-tuong/<int:idea_id>/xem-lai")
@pages.get("/y-tuong/<int:idea_id>/binh-luan/<int:comment_id>/xem-lai")
@signed_in
def ask_again(idea_id: int, comment_id: int | None = None) -> Any:
    """The decision, and room for why it should be looked at again."""
    about = _mine(idea_id, comment_id)
    if not queries.appealable(idea_id, comment_id):
        return redirect(about["back"], 303)
    return _page(idea_id, comment_id, about, AppealForm(formdata=None))


@pages.get("/toi/quyet-dinh/<int:decision_id>")
@signed_in
def refused_comment(decision_id: int) -> Any:
    """From the line about a comment that is not shown to its form."""
    about = queries.about_comment(decision_id)
    if about is None:
        raise Missing
    discussion.own_words(about[1], current_user.id)
    return redirect(url_for(".ask_again", idea_id=about[0], comment_id=about[1]), 303)


@pages.post("/y-tuong/<int:idea_id>/xem-lai")
@pages.post("/y-tuong/<int:idea_id>/binh-luan/<int:comment_id>/xem-lai")
@signed_in
def appeal(idea_id: int, comment_id: int | None = None) -> Any:
    """What was typed stays on the page, whatever became of the decision meanwhile."""
    about, form, deadlines = _mine(idea_id, comment_id), AppealForm(), services.Deadlines.of(current_settings())
    why = form.body.data or ""
    try:
        with transaction():
            services.appeal(current_user.member, idea_id, why, deadlines, now(), comment_id=comment_id)
    except Invalid as invalid:
        form.add_errors(invalid.errors)
        return _page(idea_id, comment_id, about, form), 422
    except Conflict as conflict:
        return _page(idea_id, comment_id, about, form, in_words(conflict)), 409
    flash(gettext("Đã nhận. Một người khác sẽ xem và trả lời bạn bằng thư."), "kept")
    return redirect(about["back"], 303)


def _mine(idea_id: int, comment_id: int | None) -> dict[str, str]:
    """What the reader wrote: its title, and where one reads on. Raises Missing for everybody else."""
    if comment_id is not None:
        body = discussion.own_words(comment_id, current_user.id)
        return {"title": excerpt(body, EXCERPT), "back": url_for("accounts.me")}
    shown = ideas.show(idea_id, current_user.member)
    if shown.idea.author_id != current_user.id:
        raise Missing
    gone = shown.idea.status == "removed"
    back = url_for("accounts.me") if gone else url_for("ideas.show", idea_id=idea_id, slug=shown.slug)
    return {"title": shown.idea.title, "back": back}


def _page(idea_id: int, comment_id: int | None, about: dict[str, str], form: AppealForm, refusal: str = "") -> str:
    refused = queries.refusal(idea_id, comment_id)
    decision = refused.decision if refused and refused.told else None
    why = replies.REASON_LABELS.get(refused.decision.reason or "") if refused else None
    return render_template("moderation/appeal.html", **about, form=form, decision=decision, why=why, refusal=refusal)
