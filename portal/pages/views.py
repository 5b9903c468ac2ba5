"""The front page, the pages of prose, and what machines ask: is it alive, is it ready, how is it installed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from flask_login import current_user

from portal.campaigns import queries as campaigns
from portal.ideas import asked as asking
from portal.ideas import queries as ideas
from portal.ideas.search import similar
from portal.ideas.states import LABELS
from portal.pages import queries, readiness
from portal.settings import current_settings
from portal.units.queries import reference
from portal.voting import queries as voting
from portal.web.access import public
from portal.web.assets import YEAR
from portal.web.language import current_language
from portal.web.security import local_path
from portal.web.templating import THEMES

pages = Blueprint("pages", __name__)

TOP_IDEAS, MAIN_FIELDS, NEAR = 6, 7, 3
LOOK = ("app.css", "nay.js", "write.js", "htmx.min.js", "nay-display-800.woff2", "mark.svg")


@pages.app_template_filter()
def status_label(status: str) -> str:
    """The state of an idea in the reader's language."""
    return gettext(LABELS[status])


@pages.get("/")
@public
def home() -> str:
    """Members know what the portal is for: the figures and the story are for visitors."""
    cards, moment, visitor = ideas.top(TOP_IDEAS), datetime.now(UTC), not current_user.is_authenticated
    return render_template(
        "pages/home.html",
        cards=cards,
        voted=voting.voted(current_user.id, [card.id for card in cards]),
        facts=ideas.facts() if visitor else None,
        campaign=campaigns.closing_soonest(moment),
        story=queries.newest_story() if visitor else None,
        fields=reference().fields[:MAIN_FIELDS],
        now=moment,
    )


@pages.get("/gioi-thieu")
@public
def about() -> str:
    return render_template("pages/about.html")


@pages.get("/quy-tac")
@public
def rules() -> str:
    return render_template("pages/rules.html")


@pages.get("/rieng-tu")
@public
def privacy() -> str:
    return render_template("pages/privacy.html")


@pages.get("/phu-huynh")
@public
def guardians() -> str:
    return render_template("pages/guardians.html")


@pages.get("/ban-nho")
@public
def children() -> str:
    """What the privacy notice says, for readers of ten."""
    return render_template("pages/children.html")


@pages.get("/tro-giup")
@public
def help() -> str:  # noqa: A001  # the name of the page
    return render_template("pages/help.html")


@pages.get("/tiep-can")
@public
def accessibility() -> str:
    return render_template("pages/accessibility.html")


@pages.post("/giao-dien")
@public
def theme() -> Any:
    """Remember light or dark on this device; 'auto' forgets the choice."""
    answer = redirect(local_path(request.form.get("back")), 303)
    wanted = request.form.get("theme")
    if wanted in THEMES:
        secure = current_app.config["SESSION_COOKIE_SECURE"]
        answer.set_cookie("theme", wanted, max_age=YEAR, secure=secure, httponly=True, samesite="Lax")
    else:
        answer.delete_cookie("theme")
    return answer


@pages.get("/tim")
@public
def search() -> Any:
    """Ideas, campaigns and help at once. What else the list understands leads there."""
    asked = asking.read(request.args)
    if set(asked.but()) - {"q"}:
        return redirect(url_for("ideas.index", **asked.but()), 301)
    q = asked.filters.q
    page = ideas.page(asked.filters, limit=TOP_IDEAS) if q else None
    return render_template(
        "pages/search.html",
        q=q,
        page=page,
        voted=voting.voted(current_user.id, [card.id for card in page.items]) if page else set(),
        near=similar(q, NEAR) if page and not page.items else [],
        campaigns=queries.campaigns_about(q),
        topics=queries.topics_about(q, _help_topics()) if q else [],
        now=datetime.now(UTC),
    )


def _help_topics() -> list[queries.Topic]:
    """Read once in each language: they are the same for everybody."""
    kept: dict[str, list[queries.Topic]] = current_app.extensions.setdefault("help topics", {})
    language = current_language()
    if language not in kept:
        kept[language] = queries.topics(render_template("pages/help.html"))
    return kept[language]


@pages.get("/livez")
@public
def livez() -> Response:
    """The process answers."""
    return jsonify(status="ok")


@pages.get("/readyz")
@public
def readyz() -> Any:
    """The portal can serve: 503 without its database, 200 with or without Redis."""
    settings = current_settings()
    state = {"database": readiness.database(), "redis": readiness.redis(settings.redis_url)}
    if state["database"] == "down":
        return jsonify(state), 503, {"Retry-After": "5"}
    return jsonify(state)


@pages.get("/manifest.webmanifest")
@public
def manifest() -> Response:
    return Response(render_template("pages/manifest.webmanifest"), content_type="application/manifest+json")


@pages.get("/ngoai-tuyen")
@public
def offline() -> str:
    return render_template("pages/offline.html")


@pages.get("/sw.js")
@public
def service_worker() -> Response:
    """At the root, so that it may answer for every page; never kept by caches, so that a new one is seen at once."""
    write, offline_ = url_for("ideas.write"), url_for("pages.offline")
    worker = render_template(
        "pages/sw.js", look=LOOK, write=[write, f"/en{write}"], offline=[offline_, f"/en{offline_}"]
    )
    return Response(worker, content_type="text/javascript; charset=utf-8", headers={"Cache-Control": "no-cache"})
