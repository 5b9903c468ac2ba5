"""Ideas as JSON: what comes in, checked by the same rules as the form, and what goes out."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from apiflask.fields import AwareDateTime, Boolean, Float, Integer, List, Nested, String
from flask import url_for
from marshmallow import missing

from portal.campaigns import questions
from portal.ideas import answers, rules, states
from portal.ideas.answers import Answers
from portal.ideas.queries import SORTS, Happened, Shown
from portal.ideas.search import Twin
from portal.rules import LANGUAGES
from portal.settings import current_settings
from portal.web.api import at_most, between, one_of
from portal.web.fields import RuleString
from portal.web.language import current_language


def _given(what: str) -> dict[str, Any]:
    return {"metadata": {"description": what}}


class CampaignAnswerIn(Schema):
    """What is wrong with one is told under `answer-` and its number."""

    question = Integer(required=True, strict=True, validate=between(1), **_given("An id of GET /campaigns."))
    text = String(
        required=True,
        validate=at_most(questions.ANSWER.max),
        **_given("One of the choices, in either language, if the question has any. Empty: no answer."),
    )


class IdeaIn(Schema):
    """A new idea. Anything else in the body is refused: nobody sets votes, authors or states."""

    title = RuleString(rules.TITLE)
    problem = RuleString(rules.PROBLEM)
    solution = RuleString(rules.SOLUTION)
    summary = RuleString(rules.SUMMARY)
    start = RuleString(rules.START)
    impact = RuleString(rules.IMPACT)
    confidential = RuleString(rules.CONFIDENTIAL)
    field = String(required=True, **_given("A code of GET /fields."))
    unit = String(load_default="", **_given("A code of GET /units."))
    campaign = String(load_default="", **_given("The slug of an open campaign."))
    campaign_answers = List(
        Nested(CampaignAnswerIn),
        load_default=[],
        validate=at_most(questions.MOST),
        **_given("To what the campaign asks."),
    )
    language = String(load_default="", **_given("vi or en; guessed from the text if left out."))


class IdeaPatch(Schema):
    """Changes to one's own idea; `version` is the one they were made to."""

    version = Integer(required=True, strict=True, validate=between(0))
    title = RuleString(rules.TITLE, required=False)
    problem = RuleString(rules.PROBLEM, required=False)
    solution = RuleString(rules.SOLUTION, required=False)
    summary = RuleString(rules.SUMMARY, load_default=missing)
    start = RuleString(rules.START, load_default=missing)
    impact = RuleString(rules.IMPACT, load_default=missing)
    confidential = RuleString(rules.CONFIDENTIAL, load_default=missing)
    field = String()
    unit = String(allow_none=True)
    campaign = String(allow_none=True)
    campaign_answers = List(
        Nested(CampaignAnswerIn),
        validate=at_most(questions.MOST),
        **_given("Those that are left out stay, as other parts do."),
    )
    language = String()
    hide_old = Boolean(
        load_default=None,
        allow_none=True,
        **_given(
            "Of a published idea: the public is to read no earlier version any more. Without it, as the waiting edit says."
        ),
    )


class WithdrawIn(Schema):
    reason = RuleString(
        rules.WITHDRAW_NOTE,
        **_given(f"Public: one of {', '.join(rules.WITHDRAW_REASONS)}. Anything else is read as the note."),
    )
    note = RuleString(rules.WITHDRAW_NOTE, **_given("For its author and moderators only."))


class IdeasQuery(Schema):
    """The list's words; they combine."""

    q = String(validate=at_most(200), **_given("Words to find, with or without accents."))
    sort = String(validate=one_of(SORTS), **_given("trending unless said otherwise."))
    field = String()
    unit = String()
    campaign = String()
    status = String(validate=one_of(states.PUBLIC))
    language = String(validate=one_of(LANGUAGES))
    after = String(**_given("The `after` of the page before."))
    limit = Integer(load_default=20, validate=between(1, 100))


class SimilarQuery(Schema):
    title = String(required=True, validate=at_most(200))


class AuthorOut(Schema):
    handle = String()
    display_name = String()


class CampaignAnswerOut(Schema):
    question = Integer(**_given("Its number. It may be asked no more."))
    label = String(**_given("As it was asked, in the language of Accept-Language."))
    text = String(**_given("Markdown"))


class IdeaOut(Schema):
    id = Integer()
    url = String(metadata={"format": "uri"})
    title = String()
    summary = String()
    problem = String(**_given("Markdown"))
    solution = String(**_given("Markdown"))
    start = String(**_given("Markdown"))
    impact = String(**_given("Markdown"))
    confidential = String(**_given("Only to its authors and to moderators."))
    language = String()
    field = String()
    unit = String(allow_none=True)
    campaign = String(allow_none=True)
    campaign_answers = List(Nested(CampaignAnswerOut), **_given("To what the campaign asked."))
    status = String(metadata={"enum": [*states.ALL, "in_review"]})
    version = Integer()
    votes = Integer()
    comments = Integer()
    author = Nested(AuthorOut)
    coauthors = List(Nested(AuthorOut))
    created_at = AwareDateTime()
    published_at = AwareDateTime(allow_none=True)


class AnswerOut(Schema):
    status = String(metadata={"enum": states.ANSWERS, "description": "Where the idea went with it."})
    at = AwareDateTime()
    unit = String(allow_none=True, **_given("Who signs it: a code of GET /units."))
    text_vi = String(**_given("Markdown"))
    text_en = String(**_given("Markdown; empty if it was written in Vietnamese alone."))


class IdeaShownOut(IdeaOut):
    """One idea by itself."""

    answers = List(Nested(AnswerOut), **_given("Official answers, oldest first."))


class IdeasOut(Schema):
    items = List(Nested(IdeaOut))
    after = String(allow_none=True, **_given("Ask for the next page with it; null on the last."))


class TwinOut(Schema):
    id = Integer()
    url = String(metadata={"format": "uri"})
    title = String()
    votes = Integer()
    score = Float(**_given("How alike, 0 to 100."))


class TwinsOut(Schema):
    items = List(Nested(TwinOut))


def idea_body(shown: Shown, *, whole: bool = False, status: str | None = None) -> dict[str, Any]:
    """An idea as the API shows it; `whole` with what only its authors and moderators read."""
    idea = shown.idea
    texts = ("title", "summary", "problem", "solution", "start", "impact", *(("confidential",) if whole else ()))
    return {
        "id": idea.id,
        "url": address(idea.id, shown.slug),
        **{name: getattr(idea, name) for name in texts},
        "language": idea.language,
        "field": shown.field.code,
        "unit": shown.unit.code if shown.unit else None,
        "campaign": shown.campaign.slug if shown.campaign else None,
        "campaign_answers": answers_body(idea.answers),
        "status": status or idea.status,
        "version": idea.version,
        "votes": shown.votes,
        "comments": shown.comments,
        "author": {"handle": idea.author.handle, "display_name": idea.author.display_name},
        "coauthors": [{"handle": one.handle, "display_name": one.display_name} for one in shown.coauthors],
        "created_at": idea.created_at,
        "published_at": idea.published_at,
    }


def answers_body(kept: Answers | None) -> list[dict[str, Any]]:
    return answers.in_language(kept, current_language())


def given_answers(body: dict[str, Any]) -> dict[str, str]:
    """Take what answers the campaign's questions out of a body: by their numbers."""
    return {str(one["question"]): one["text"] for one in body.pop("campaign_answers", ())}


def answer_body(answer: Happened) -> dict[str, Any]:
    return {
        "status": answer.status,
        "at": answer.at,
        "unit": answer.signed.code if answer.signed else None,
        "text_vi": answer.note_vi,
        "text_en": answer.note_en,
    }


def twin_body(twin: Twin) -> dict[str, Any]:
    return {
        "id": twin.id,
        "url": address(twin.id, twin.slug),
        "title": twin.title,
        "votes": twin.votes,
        "score": round(twin.score, 1),
    }


def address(idea_id: int, slug: str) -> str:
    return current_settings().base_url + url_for("ideas.show", idea_id=idea_id, slug=slug)
