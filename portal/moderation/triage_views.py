"""What triage shows: the places it means, marked in the text; what was reported; how often each rule was right."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext
from flask_login import current_user

from portal.database import now, transaction
from portal.errors import Conflict, Missing
from portal.moderation import marking, queries, reported, services
from portal.moderation.forms import RuleForm
from portal.moderation.models import TriageRule
from portal.moderation.queries import quality, rules
from portal.moderation.triage import IN_THE_WORDS, LABELS, SWITCHED
from portal.moderation.views.base import desk, scope
from portal.rules import Invalid
from portal.web.access import allowed, public
from portal.web.language import words as in_words

pages = Blueprint("triage", __name__)
pages.add_app_template_filter(marking.marked)
pages.add_app_template_filter(marking.evidence)
pages.add_app_template_filter(marking.findings)
pages.add_app_template_filter(marking.proposal)
pages.add_app_template_filter(reported.reported)
MONTH, QUARTER = 30, 90  # days


@pages.app_template_filter()
def rule_label(rule: str) -> str:
    """The short name of a rule in the reader's language."""
    return gettext(LABELS[rule])


@pages.app_template_filter()
def week_of(week: str) -> str:
    """'23/11': the Monday of a published week."""
    return f"{date.fromisoformat(week):%d/%m}"


@pages.get("/kiem-duyet/so-lieu")
@allowed("moderate")
def figures() -> str:
    """How often each rule fired and how often a moderator saw the same, over a month and over three."""
    moment = now()
    spans = [quality.quality(days, moment) for days in (MONTH, QUARTER)]
    return desk(
        "moderation/figures.html",
        moment,
        spans=spans,
        weeks=rules.published(),
        setting=rules.setting(),
        switched=SWITCHED,
        floor=quality.FLOOR,
        sure=quality.SURE,
    )


@pages.get("/kiem-duyet/quy-tac/<rule>")
@allowed("organise")
def rule(rule: str) -> str:
    """How a rule is set, and what it would have done to the last 500 decisions if one asks for that."""
    row = rules.rule_row(rule)
    return _rule(rule, RuleForm(formdata=None, words=row.words if row else "", seen=rules.set_at(row)))


@pages.post("/kiem-duyet/quy-tac/<rule>/thu")
@allowed("organise")
def try_rule(rule: str) -> str:
    """Try it on the past before it is switched on. Nothing is kept."""
    if rule not in IN_THE_WORDS:
        raise Missing
    form = RuleForm()
    return _rule(rule, form, trial=rules.try_rule(rule, (form.words.data or "").splitlines(), scope()))


@pages.post("/kiem-duyet/quy-tac/<rule>")
@allowed("govern")
def set_rule(rule: str) -> Any:
    """Rules hold for the whole bank, so only who governs it turns them."""
    form = RuleForm()
    try:
        with transaction():
            chosen = form.state.data or "", form.words.data or ""
            services.set_rule(rule, *chosen, current_user.member, now(), seen=form.seen.data)
    except Invalid as invalid:
        form.add_errors(invalid.errors)
        return _rule(rule, form), 422
    except Conflict as conflict:
        form.form_errors.append(in_words(conflict))
        row = rules.rule_row(rule)
        form.seen.data = rules.set_at(row)
        return _rule(rule, form, late=row), conflict.status
    flash(gettext("Đã lưu. Bài gửi từ bây giờ theo cách này."), "done")
    return redirect(url_for(".figures"), 303)


def _rule(rule: str, form: RuleForm, trial: rules.Trial | None = None, late: TriageRule | None = None) -> str:
    """With `late`, what somebody else has set meanwhile stands beside what was typed."""
    if rule not in SWITCHED:
        raise Missing
    if not form.state.data:
        set_ = rules.setting()
        state = {name: one for one in ("off", "advice") for name in getattr(set_, one)}.get(rule)
        form.state.data = state or ("off" if rule == "own_words" and not set_.words else "on")
    form.state.flags.required = True
    return desk("moderation/rule.html", now(), rule=rule, form=form, trial=trial, late=late, tried=rule in IN_THE_WORDS)


@pages.get("/minh-bach")
@public
def transparency() -> str:
    """In sum and for everybody: what was decided, how often somebody looked again, how good the machine's hints were.

    Small numbers are not told.
    """
    weeks, moment = rules.published(1), now()
    week, told = weeks[0] if weeks else (None, quality.quality(QUARTER, moment))
    asked = queries.appeals((), moment - timedelta(days=QUARTER))
    return render_template("moderation/transparency.html", sum=told, week=week, small=quality.SMALL, appeals=asked)
