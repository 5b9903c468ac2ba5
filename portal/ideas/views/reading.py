"""Reading: the list, one idea, titles like the one being written, what was put to use, the feed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from flask import Response, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from flask_login import current_user

from portal.accounts.models import Member
from portal.attachments import queries as attachments
from portal.campaigns import queries as campaigns
from portal.discussion import queries as discussion
from portal.discussion.services import EDIT_WINDOW
from portal.errors import N_
from portal.ideas import answers, neighbours, queries, rules, search, states
from portal.ideas import asked as asking
from portal.ideas.answers import Answer, Answers
from portal.ideas.asked import Asked
from portal.ideas.forms import WithdrawForm
from portal.ideas.queries import Facts, Happened, Shown
from portal.ideas.services import CHANGEABLE, EDITABLE
from portal.ideas.views.blueprint import pages
from portal.ideas.views.gone import gone
from portal.ideas.views.sharing import address, links, picture_url
from portal.ideas.words import PARTS
from portal.moderation import queries as moderation
from portal.moderation import reading as desk
from portal.moderation.replies import REASON_LABELS
from portal.settings import ZONE
from portal.units.queries import reference
from portal.voting import goals, weeks
from portal.voting import queries as voting
from portal.web.access import public
from portal.web.ids import row_id
from portal.web.language import current_language
from portal.web.templating import local

TABS = (
    ("trending", N_("Đang lên")),
    ("new", N_("Mới nhất")),
    ("top", N_("Nhiều ủng hộ")),
    ("unseen", N_("Ít người thấy")),
)
STEP_NAMES = {"waiting": N_("Đã gửi"), "published": N_("Đã duyệt đăng")}
"""On the way of an idea two states go by what happened, not by what they are."""
FEED_LENGTH = 30
ADVISED = {"needs_changes", "rejected", "hidden"}
"""States in which the words of a moderator stand on the page."""
WRITING_MIN = 8
"""A title being typed is compared from so many characters on."""


@pages.get("/y-tuong")
@public
def index() -> str:
    return listed(asking.read(request.args))


def listed(asked: Asked, heading: str = "", facts: Facts | None = None) -> str:
    """The list; a field or a province by itself has a heading and its figures."""
    page = queries.page(asked.filters, asked.sort, request.args.get("after"))
    return render_template(
        "ideas/index.html",
        asked=asked,
        heading=heading,
        facts=facts,
        page=page,
        next_url=url_for("ideas.index", **asked.but(after=page.after)) if page.after else None,
        voted=voting.voted(current_user.id, [card.id for card in page.items]),
        chips=queries.busy_fields(),
        counts=queries.field_counts(asked.filters, asked.sort),
        campaigns=campaigns.named(),
        reference=reference(),
        tabs=TABS,
        statuses=states.PUBLIC,
    )


@pages.app_template_filter()
def in_words(kept: Answers) -> list[Answer]:
    """Answers to a campaign, in the reader's language."""
    return answers.in_language(kept, current_language())


@pages.get("/y-tuong/<int:idea_id>")
@pages.get("/y-tuong/<int:idea_id>-<slug>")
@public
def show(idea_id: int, slug: str = "") -> Any:
    shown = desk.show(idea_id, current_user.member, also=_of_reader())
    idea = shown.idea
    if idea.status == "removed":
        raise gone(idea_id)
    if idea.status == "merged" and idea.merged_into_id and not shown.is_whole_to(current_user.id):
        return redirect(url_for("ideas.show", idea_id=idea.merged_into_id, gop=idea.id), 301)
    if slug != shown.slug:
        return redirect(_address(shown), 301)
    return _page(shown)


def refused_withdrawal(idea_id: int, form: WithdrawForm) -> tuple[str, int]:
    """The author's idea, with what was typed in the form on its page and what is wrong with it."""
    return _page(desk.show(idea_id, current_user.member, also=_of_reader()), form), 422


def _page(shown: Shown, withdrawing: WithdrawForm | None = None) -> str:
    """An idea; `withdrawing` is the form for that as it was typed."""
    idea = shown.idea
    idea_id, viewer = idea.id, current_user.member
    mine = current_user.id == idea.author_id
    if withdrawing is None and mine and "withdrawn" in states.STEPS[idea.status]:
        withdrawing = WithdrawForm(formdata=None)
    edit = shown.also["edit"] if mine and shown.is_public else None
    history = queries.history(idea_id, whole=mine or shown.at_desk)
    answer = next((event for event in reversed(history) if event.is_answer), None)
    return render_template(
        "ideas/show.html",
        shown=shown,
        idea=idea,
        parts=PARTS,
        mode=shown.vote_mode(current_user.id),
        steps=_with_goal(_steps(history, idea.status, answer), shown),
        answer=answer,
        answerable=shown.is_public and bool(states.answers(idea.status)),
        editable=mine and idea.status in (*EDITABLE, *CHANGEABLE),
        withdrawing=withdrawing,
        mergeable=shown.is_public and "merged" in states.STEPS[idea.status],
        **_decided(shown, viewer),
        edit=edit,
        edit_advice=moderation.why_edit_refused(idea_id) if edit == "refused" else None,
        comments=_talk(idea_id) if idea.published_at else None,
        own_address=address(shown),
        picture_url=picture_url(shown),
        share_links=links(shown),
        files=attachments.in_order(shown.also["files"]),
        edit_window=EDIT_WINDOW,
        answering=row_id(request.args.get("tra-loi")),
        took_in=shown.also["took_in"],
        weeks=_weeks(shown),
        similar=neighbours.beside(idea) if shown.is_public else [],
        now=datetime.now(UTC),  # for "2 hours ago" this machine's clock will do
    )


def _weeks(shown: Shown) -> list[weeks.Week]:
    """For the chart of its support since it was last put before the public; none if there is nothing to be told."""
    since = shown.idea.published_at
    if since is None or not shown.is_public or shown.votes < weeks.FEW:
        return []
    first = since.astimezone(ZONE).date() - timedelta(days=6)
    counted = weeks.by_week(shown.idea.id, datetime.now(UTC))
    found = [week if week.monday >= first else replace(week, votes=None) for week in counted]
    return found if any(week.votes for week in found) else []


def _talk(idea_id: int) -> discussion.Page:
    """A page of threads, or one thread alone (`chuoi`) from an answer on (`sau`).

    The thread of an answer that is to be answered (`tra-loi`) or that a notice tells of (`den`), if it is a long one.
    """
    if alone := row_id(request.args.get("chuoi")):
        return discussion.thread(idea_id, current_user.id, alone, row_id(request.args.get("sau")) or 0)
    meant = row_id(request.args.get("tra-loi")) or row_id(request.args.get("den"))
    if meant and (head := discussion.long_thread(idea_id, meant, current_user.id)):
        return discussion.thread(idea_id, current_user.id, head, meant - 1)
    return discussion.threads(idea_id, current_user.id, row_id(request.args.get("binh-luan")))


def _decided(shown: Shown, viewer: Member | None) -> dict[str, Any]:
    """What its author reads about the decision that keeps an idea from others, and whether they may ask again."""
    if shown.is_public or viewer is None:
        return {"may_appeal": False, "appeal_due": None, "advice": None, "why": None}
    idea, mine = shown.idea, viewer.id == shown.idea.author_id
    refused = mine and idea.status in {"rejected", "hidden"}
    advice = moderation.last_advice(idea.id) if idea.status in ADVISED else None
    return {
        "may_appeal": refused and moderation.appealable(idea.id),
        "appeal_due": moderation.appeal_due(idea.id) if refused else None,
        "advice": advice,
        "why": REASON_LABELS.get(advice.reason or "") if advice and advice.outcome == "reject" else None,
    }


def _of_reader() -> dict[str, Any]:
    """What the reader has to do with the idea, from tables of other rooms, in the idea's own query."""
    return {
        "voted": voting.voted_column(current_user.id),
        "files": attachments.files_column(),
        "changed": queries.changed_column(),
        "kept": queries.kept_column(),
        "edit": queries.edit_column(),
        "follow": discussion.follow_column(current_user.id),
        **goals.reached_columns(),
        "took_in": queries.took_in_column(row_id(request.args.get("gop"))),
    }


def _address(shown: Shown) -> str:
    """The idea's one right address, with the query the reader came with."""
    query = request.query_string.decode("utf-8", "replace")
    return url_for("ideas.show", idea_id=shown.idea.id, slug=shown.slug) + (f"?{query}" if query else "")


class Step(NamedTuple):
    """A line of the timeline; `state` is done, now or next."""

    label: str
    at: datetime | None
    note: str
    state: str


def _steps(events: list[Happened], status: str, answer: Happened | None) -> list[Step]:
    """What happened, and what comes next if all goes well. The answer above need not be said again."""
    labels = {**states.LABELS, **STEP_NAMES}
    steps = [
        Step(
            gettext(labels[event.status]),
            event.at,
            "" if event is answer else _said(event),
            "now" if event is events[-1] else "done",
        )
        for event in events
    ]
    way = ("waiting", *states.JOURNEY)
    if status in way[:-1]:
        steps.append(Step(gettext(labels[way[way.index(status) + 1]]), None, "", "next"))
    return steps


def _with_goal(steps: list[Step], shown: Shown) -> list[Step]:
    """That it came to the support its unit is told of is no state, but has its place among them.

    If that was before it was last put before the public it is told to nobody, as nothing of that time is.
    """
    goal, at, since = shown.also["goal"], shown.also["goal_at"], shown.idea.published_at
    if goal is None or at is None or since is None or at < since:
        return steps
    label = ngettext("Đủ %(count)s ủng hộ", "Đủ %(count)s ủng hộ", goal, count=goal)
    place = sum(step.at is not None and step.at <= at for step in steps)
    return [*steps[:place], Step(label, at, "", "done"), *steps[place:]]


def _said(event: Happened) -> str:
    reason = rules.WITHDRAW_REASONS.get(event.reason or "")
    return ". ".join(filter(None, (gettext(reason) if reason else "", local(event, "note"))))


@pages.get("/y-tuong/goi-y")
@public
def similar() -> str:
    """A fragment for the form: ideas whose titles are like the one being written."""
    title = request.args.get("ten") or request.args.get("title") or ""
    twins = search.similar(title[:200]) if len(title) >= WRITING_MIN else []
    voted = voting.voted(current_user.id, [twin.id for twin in twins])
    return render_template("ideas/similar.html", twins=twins, voted=voted, writing=True)


@pages.get("/da-ap-dung")
@public
def applied() -> str:
    stories = queries.stories()
    return render_template(
        "ideas/applied.html",
        realised=[story for story in stories if story.card.status == "realised"],
        in_progress=[story for story in stories if story.card.status == "in_progress"],
        facts=queries.facts(),
    )


@pages.get("/feeds/ideas.atom")
@public
def feed() -> Response:
    """The list's parameters; the newest first unless it is asked otherwise."""
    asked = asking.read(request.args, default_sort="new")
    cards = queries.page(asked.filters, asked.sort, limit=FEED_LENGTH).items
    feed_ = render_template("ideas/feed.atom", asked=asked, cards=cards, now=datetime.now(UTC))
    return Response(feed_, content_type="application/atom+xml; charset=utf-8")
