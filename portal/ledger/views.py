"""The ledger of letters for administrators, and for each recipient the reason they got one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user
from werkzeug.wrappers import Response

from portal.accounts.models import Member
from portal.announcements import queries as announcements
from portal.database import now, transaction
from portal.errors import Conflict, Missing
from portal.ledger import queries, services, words
from portal.notifications import explaining, tickets
from portal.notifications.catalogue import KINDS
from portal.notifications.health import health
from portal.notifications.models import STATES, Letter
from portal.web.access import allowed, public
from portal.web.ids import read_after, row_id
from portal.web.language import words as in_words
from portal.web.security import local_path

SHOWN = (*STATES, queries.RETURNED)
pages = Blueprint("ledger", __name__)


@pages.get("/quan-tri/thu")
@allowed("govern")
def index() -> str:
    asked, state = request.args.get("q", "").strip()[:254], request.args.get("trang-thai")
    state, moment = state if state in SHOWN else None, now()
    sought = queries.Asked(asked, row_id(asked[1:]) if asked.startswith("#") else None, row_id(asked))
    entries, after = queries.page(sought, state, read_after())
    return render_template(
        "ledger/index.html",
        entries=entries,
        next_url=url_for(".index", after=after, **_asked(asked, state)) if after else None,
        asked=asked,
        state=state,
        tabs={one: url_for(".index", **_asked(asked, one)) for one in (None, *SHOWN)},
        health=health(moment),
        again=services.AGAIN,
        discard=services.DISCARD,
        words=words,
        now=moment,
    )


def _asked(asked: str, state: str | None) -> dict[str, Any]:
    return {name: value for name, value in (("q", asked), ("trang-thai", state)) if value}


@pages.post("/quan-tri/thu/<int:letter_id>/gui-lai")
@allowed("govern")
def send_again(letter_id: int) -> Response:
    return _act(lambda actor: services.send_again(letter_id, actor, now()), gettext("Sẽ gửi lại ngay."))


@pages.post("/quan-tri/thu/<int:letter_id>/bo")
@allowed("govern")
def discard(letter_id: int) -> Response:
    return _act(lambda actor: services.discard(letter_id, actor), gettext("Đã bỏ thư này."))


@pages.post("/quan-tri/thu/tam-dung")
@allowed("govern")
def pause() -> Response:
    return _act(lambda actor: services.pause(actor, now()), gettext("Đã dừng gửi thư."))


@pages.post("/quan-tri/thu/tiep-tuc")
@allowed("govern")
def resume() -> Response:
    return _act(services.resume, gettext("Thư lại được gửi đi."))


@pages.post("/quan-tri/thu/chay-lai")
@allowed("govern")
def run_facts_again() -> Response:
    return _act(lambda actor: services.run_facts_again(actor, now()), gettext("Sẽ chạy lại ngay."))


def _act(do: Callable[[Member], None], said: str) -> Response:
    """Do it, say so or why not, and go back to where the button was."""
    actor = current_user.member
    try:
        with transaction():
            do(actor)
        flash(said, "done")
    except Conflict as late:
        flash(in_words(late), "error")
    return redirect(local_path(request.form.get("back", url_for(".index"))), 303)


@pages.get("/thu/<ticket>")
@public
def why(ticket: str) -> str:
    """Why did I get this? For whoever holds the letter: it names what the letter was, not to whom it went."""
    letter_id = explaining.read(current_app.config["SECRET_KEY"], ticket)
    entry = queries.entry(letter_id) if letter_id is not None else None
    if entry is None:
        raise Missing
    kind, announcement = KINDS.get(entry.letter.kind), entry.letter.payload.get("announcement_id")
    announced = announcements.about(announcement) if announcement else None
    return render_template(
        "ledger/why.html",
        letter=entry.letter,
        kind=kind,
        announced=announced,
        place=announcements.place(announced.row) if announced and not announced.campaign else None,
        ways_out=_ways_out(entry.letter, kind.category) if kind else {},
        words=words,
    )


def _ways_out(letter: Letter, category: str) -> dict[str, str]:
    """Where one stops such letters, and where one chooses: from an old letter only by signing in."""
    ways = tickets.ways_out(current_app.config["SECRET_KEY"], letter.recipient_id, category)
    links = {name: url_for(endpoint, ticket=ticket) for name, (endpoint, ticket) in ways.items()}
    if links and now() - letter.created_at > tickets.LIFETIME:
        links["choices"] = url_for("notifications.choices")
    return links
