"""The API of ideas."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint
from flask import redirect, request, url_for
from flask_login import current_user

from portal.accounts import limits
from portal.accounts.services.idempotency import once
from portal.database import now, transaction
from portal.errors import N_, Missing, Refusal
from portal.ideas import asked as asking
from portal.ideas import queries, search, services
from portal.ideas.queries import Shown
from portal.ideas.rules import Content
from portal.ideas.schemas import (
    IdeaIn,
    IdeaOut,
    IdeaPatch,
    IdeaShownOut,
    IdeasOut,
    IdeasQuery,
    SimilarQuery,
    TwinsOut,
    WithdrawIn,
    answer_body,
    given_answers,
    idea_body,
    twin_body,
)
from portal.ideas.views.gone import gone
from portal.moderation import queries as moderation
from portal.moderation import reading as desk
from portal.rules import Invalid
from portal.web.access import public, signed_in
from portal.web.api import json_only

api = APIBlueprint("ideas_api", __name__, tag="ideas")

KEY_MAX = 80


@api.get("/ideas")
@api.input(IdeasQuery, location="query", arg_name="query")
@api.output(IdeasOut)
@public
def ideas(query: dict[str, Any]) -> dict[str, Any]:
    """List public ideas.

    Filters combine; pages follow each other by cursor, so nothing is shown twice however the list moves.
    """
    asked = asking.read({name: str(word) for name, word in query.items()})
    if asked.unknown:
        raise Invalid(asked.unknown)
    page = queries.page(asked.filters, asked.sort, query.get("after"), query["limit"])
    shown = queries.many([card.id for card in page.items])
    return {"items": [idea_body(one) for one in shown], "after": page.after}


@api.get("/ideas/<int:idea_id>")
@api.output(IdeaShownOut)
@public
def idea(idea_id: int) -> Any:
    """Show one idea, with what units have officially answered.

    One that is not public is there for its author and for its moderators only. One that was merged leads to the other.
    """
    shown = _show(idea_id)
    into_id = shown.idea.merged_into_id if shown.idea.status == "merged" else None
    if into_id and not shown.is_whole_to(current_user.id):
        return redirect(url_for(".idea", idea_id=into_id), 301)
    whole = shown.at_desk or shown.idea.author_id == current_user.id
    answers = [answer_body(event) for event in queries.history(idea_id, whole=whole) if event.is_answer]
    return {**_body(shown), "answers": answers}


@api.get("/ideas/similar")
@api.input(SimilarQuery, location="query", arg_name="query")
@api.output(TwinsOut)
@public
def similar(query: dict[str, Any]) -> dict[str, Any]:
    """Find public ideas whose titles are like one, best first."""
    return {"items": [twin_body(twin) for twin in search.similar(query["title"])]}


@api.post("/ideas")
@signed_in
@json_only
@api.input(IdeaIn, arg_name="body")
@api.output(IdeaOut, status_code=201)
@api.doc(security="token")
def send(body: dict[str, Any]) -> dict[str, Any]:
    """Send an idea; it waits for a moderator.

    With an `Idempotency-Key` the same request may be sent again within 24 hours and gets the same answer.
    """
    member, key = current_user.member, _idempotency_key()
    content = Content.read({"answers": given_answers(body), **body})
    with transaction():
        moment = now()

        def act() -> dict[str, Any]:
            limits.take("idea:account", str(member.id), moment)
            services.require_asked(content.campaign, content.answers)
            idea = services.add(member, content, moment, source="api")
            answer = IdeaOut().dump(_body(queries.show(idea.id, member)))
            return dict(answer)

        answer = once(member.id, key, request.get_data(), moment, act) if key else act()
    return IdeaOut().load(answer)


def _idempotency_key() -> str | None:
    key = request.headers.get("Idempotency-Key", "").strip()
    if key and (len(key) > KEY_MAX or not key.isascii() or not key.isprintable()):
        raise Refusal(N_("Idempotency-Key dài tối đa 80 ký tự ASCII."), field="Idempotency-Key")
    return key or None


@api.patch("/ideas/<int:idea_id>")
@signed_in
@json_only
@api.input(IdeaPatch, arg_name="body")
@api.output(IdeaOut)
@api.doc(security="token")
def revise(idea_id: int, body: dict[str, Any]) -> dict[str, Any]:
    """Change one's own idea; what is left out stays. A published one keeps its words until a moderator agrees.

    409 if `version` is no longer the newest.
    """
    member, shown = current_user.member, _show_own(idea_id)
    hide_old = body.pop("hide_old")
    said, last = given_answers(body), queries.last_sent(shown)
    content = Content.read({**shown.content.as_dict(), **body, "answers": {**shown.content.answers, **said}})
    slug = last.content.campaign if shown.is_public else content.campaign  # what is public stays where it is
    kept = last.answers if slug == last.content.campaign else ()
    with transaction():
        services.require_asked(slug, said, kept)
        if shown.is_public:
            services.propose(member, idea_id, body["version"], content, now(), hide_old=hide_old)
        else:
            services.revise(member, idea_id, body["version"], content, now())
    return _body(_show(idea_id))


@api.post("/ideas/<int:idea_id>/withdraw")
@signed_in
@json_only
@api.input(WithdrawIn, arg_name="body")
@api.output(IdeaOut)
@api.doc(security="token")
def withdraw(idea_id: int, body: dict[str, Any]) -> dict[str, Any]:
    """Take one's own idea back. A published one keeps its page, marked as withdrawn, with the reason."""
    member = current_user.member
    with transaction():
        services.withdraw(member, idea_id, body["reason"], now(), note=body["note"])
    return _body(_show(idea_id))


def _show(idea_id: int) -> Shown:
    shown = desk.show(idea_id, current_user.member)
    if shown.idea.status == "removed":
        raise gone(idea_id)
    return shown


def _show_own(idea_id: int) -> Shown:
    shown = _show(idea_id)
    if shown.idea.author_id != current_user.id:
        raise Missing
    return shown


def _body(shown: Shown) -> dict[str, Any]:
    whole = shown.is_whole_to(current_user.id)
    reviewed = shown.idea.status == "waiting" and moderation.is_claimed(shown.idea.id, now())
    return idea_body(shown, whole=whole, status="in_review" if reviewed else None)
