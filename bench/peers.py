"""The portal, and on the same server the least that could do its work.

`/bench/bare?path=…` answers the same bytes as a page, from memory. `/bench/core` is one indexed Core select of twenty
rows with the list's own template, without session, filters, counts or anything else. `/bench/vote` is the two
statements of a vote in one durable transaction on the same rows, answered with the same bytes and headers, without
anybody being signed in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from flask import Flask, Response, jsonify, render_template, request
from sqlalchemy import select

from portal.app import create_app
from portal.campaigns import queries as campaigns
from portal.database import db, insert_ignore, transaction
from portal.ideas import asked as asking
from portal.ideas import queries, rank, states
from portal.ideas.models import IdeaRank
from portal.ideas.queries import Page
from portal.ideas.queries.cards import card, select_cards
from portal.ideas.views.reading import TABS
from portal.units.queries import reference
from portal.voting.models import Vote
from portal.web.security import HEADERS

AS_TO_A_TOKEN = {
    "Vary": "Cookie, Authorization, Accept-Language, Accept-Encoding",
    "Cache-Control": "private, no-store",
}
_bytes: dict[str, bytes] = {}


def create() -> Callable[..., Iterable[bytes]]:
    portal = create_app()
    bare = Flask("bare")

    @bare.get("/bench/bare")
    def same_bytes() -> Response:
        path = request.args["path"]
        if path not in _bytes:
            _bytes[path] = portal.test_client().get(path).data
        return Response(_bytes[path], content_type="text/html; charset=utf-8")

    @bare.get("/bench/core")
    def one_select() -> str:
        with portal.test_request_context("/y-tuong"):
            ranked = select(IdeaRank).order_by(IdeaRank.hot.desc(), IdeaRank.idea_id.desc()).limit(20).subquery()
            rows = db.session.execute(select_cards(ranked).order_by(ranked.c.hot.desc(), ranked.c.idea_id.desc()))
            page = Page([card(row) for row in rows], None, 20, total_capped=False)
            return render_template(
                "ideas/index.html", asked=asking.read({}), page=page, next_url=None, voted=set(), tabs=TABS,
                chips=queries.busy_fields(), counts=None, campaigns=campaigns.named(), reference=reference(),
                statuses=states.PUBLIC,
            )  # fmt: skip

    @bare.put("/bench/vote/<int:idea_id>/<int:member_id>")
    def two_statements(idea_id: int, member_id: int) -> Response:
        row = {"idea_id": idea_id, "member_id": member_id, "created_at": datetime.now(UTC)}
        with portal.app_context(), transaction():
            insert = insert_ignore(Vote.__table__).values(row).returning(Vote.__table__.c.idea_id)
            votes = rank.count(idea_id, votes=1) if db.session.execute(insert).first() else None
        answer = jsonify(voted=True, votes=votes)
        answer.headers.extend({**HEADERS, **AS_TO_A_TOKEN})
        return answer

    def application(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        app = bare if environ["PATH_INFO"].startswith("/bench/") else portal
        return app.wsgi_app(environ, start)

    return application
