"""The API of moderation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from apiflask import APIBlueprint, Schema
from apiflask.fields import AwareDateTime, Boolean, Dict, Integer, List, Nested, String
from flask import Response
from flask_login import current_user

from portal.accounts.models import Member
from portal.database import now, transaction
from portal.discussion.api import CommentOut
from portal.errors import Missing, Refusal
from portal.ideas.rules import NO_UNIT, TEXTS
from portal.ideas.schemas import AuthorOut, IdeaOut, answers_body, idea_body
from portal.moderation import marking, queries, rules, services, words
from portal.moderation.models import KINDS, OUTCOMES, STATES, Case, Decision
from portal.rules import Invalid
from portal.settings import current_settings
from portal.units.queries import reference
from portal.web.access import allowed
from portal.web.api import between, json_only, one_of

api = APIBlueprint("moderation_api", __name__, tag="moderation")


class CasesQuery(Schema):
    state = String(load_default="open", validate=one_of(STATES))
    unit = String(metadata={"description": "A code of GET /units; what is below it belongs to it."})
    after = Integer(load_default=None, validate=between(1))
    limit = Integer(load_default=20, validate=between(1, 100))


class ReasonOut(Schema):
    rule = String()
    text = String(metadata={"description": "In the reader's language."})
    weight = Integer()


class DecisionOut(Schema):
    id = Integer()
    outcome = String(metadata={"enum": list(OUTCOMES)})
    reason = String(allow_none=True)
    advice = String()
    moderator = Nested(AuthorOut)
    decided_at = AwareDateTime()
    undone_at = AwareDateTime(allow_none=True)
    into = Integer(allow_none=True, metadata={"description": "The idea it was merged into."})


class CaseOut(Schema):
    id = Integer()
    kind = String(metadata={"enum": list(KINDS)})
    version = Integer()
    state = String(metadata={"enum": list(STATES)})
    idea = Nested(IdeaOut)
    comment = Nested(CommentOut, allow_none=True)
    edit = Dict(
        allow_none=True,
        metadata={"description": "Of kind `edit`: the texts its author would have in place of the idea's."},
    )
    reasons = List(Nested(ReasonOut))
    due_at = AwareDateTime()
    level = Integer(metadata={"description": "How often it was passed to the unit above."})
    claimed_by = Nested(AuthorOut, allow_none=True)
    claimed_until = AwareDateTime(allow_none=True)
    decision = Nested(DecisionOut, allow_none=True, metadata={"description": "The newest; null before the first."})


class CasesOut(Schema):
    items = List(Nested(CaseOut(exclude=["decision"])))
    after = Integer(allow_none=True)


class DecisionIn(Schema):
    version = Integer(required=True, strict=True, validate=between(0))
    outcome = String(required=True, validate=one_of(OUTCOMES))
    reason = String(
        load_default="", allow_none=True, metadata={"description": "Compulsory, unless approving or merging."}
    )
    into = Integer(load_default=None, validate=between(1), metadata={"description": "The idea to merge into."})
    remove = Boolean(load_default=False, metadata={"description": "With `reject`: for good. Takes a second moderator."})
    silence_days = Integer(
        load_default=0,
        validate=between(0, max(services.SILENCES)),
        metadata={
            "description": "With `reject`: 7, 30 or 90; so long the author sends nothing. Takes a second moderator."
        },
    )
    hide_old = Boolean(
        load_default=None,
        allow_none=True,
        metadata={
            "description": "With `approve`, of an edit: whether the public reads no earlier version any more. "
            "As its author or the rules proposed unless it is said."
        },
    )
    advice = String(
        load_default="",
        allow_none=True,
        metadata={"description": "The letter to the author.", "maxLength": rules.ADVICE.max},
    )


@api.get("/moderation/cases")
@allowed("moderate")
@api.input(CasesQuery, location="query", arg_name="query")
@api.output(CasesOut)
@api.doc(security="token")
def cases(query: dict[str, Any]) -> dict[str, Any]:
    """List cases: urgent first, then what is due first."""
    which = [Case.state == query["state"], *services.known_to(current_user.member)]
    if "unit" in query:
        which.append(queries.of_unit(_unit_id(query["unit"])))
    page = queries.queue(which, query["after"], query["limit"], reasons=True)
    return {"items": _bodies(page.items, _open_to_reader(page.items)), "after": page.after}


@api.post("/moderation/claims")
@allowed("moderate")
@api.output(CaseOut)
@api.doc(security="token", responses={204: "Nothing waits."})
def claim() -> Any:
    """Hold the next case that nobody holds, for `CLAIM_TTL` seconds."""
    ttl = current_settings().claim_ttl
    with transaction():
        held = services.claim_next(current_user.member, ttl, now())
    return Response(status=204) if held is None else _whole(held.id)


@api.delete("/moderation/claims/<int:case_id>")
@allowed("moderate")
@api.output({}, status_code=204)
@api.doc(security="token")
def release(case_id: int) -> Response:
    """Let go of a case. Letting go of what one does not hold changes nothing."""
    with transaction():
        services.release(case_id, current_user.member)
    return Response(status=204)


@api.post("/moderation/cases/<int:case_id>/decision")
@allowed("moderate")
@json_only
@api.input(DecisionIn, arg_name="body")
@api.output(CaseOut)
@api.doc(security="token", responses={409: "Somebody was faster; `detail` says who and when."})
def decide(case_id: int, body: dict[str, Any]) -> dict[str, Any]:
    """Decide about one version of a case. Of several at once one succeeds."""
    verdict = (body["version"], body["outcome"], body["reason"] or "", body["advice"] or "")
    with transaction():
        heavier = services.Heavier(body["remove"], body["silence_days"])
        more = {name: body[name] for name in ("into", "hide_old")}
        services.decide(case_id, current_user.member, *verdict, now(), heavier=heavier, **more)
    return _whole(case_id)


@api.post("/moderation/cases/<int:case_id>/undo")
@allowed("moderate")
@api.output(CaseOut)
@api.doc(security="token")
def undo(case_id: int) -> dict[str, Any]:
    """Take one's decision back, within `UNDO_WINDOW` seconds; the case is open again."""
    last = queries.last_decision(case_id)
    if last is None:
        raise Missing
    with transaction():
        services.undo(last.id, current_user.member, current_settings().undo_window, now())
    return _whole(case_id)


def _unit_id(code: str) -> int:
    unit = reference().unit_by_code.get(code)
    if unit is None:
        raise Invalid({"unit": Refusal(NO_UNIT)})
    return unit.id


def _whole(case_id: int) -> dict[str, Any]:
    case = queries.case(case_id, services.known_to(current_user.member))
    if case is None:
        raise Missing
    opened = _open_to_reader([case])
    (body,) = _bodies([case], opened)
    last = queries.last_decision(case_id) if opened else None
    return {**body, "decision": _decision_body(last) if last else None}


def _bodies(cases: Any, opened: set[int]) -> list[dict[str, Any]]:
    moment, shown = now(), queries.shown(cases)
    return [_body(case, shown[case.idea_id], moment, whole=case.id in opened) for case in cases]


def _open_to_reader(cases: Any) -> set[int]:
    """Of one's own text and one's family's one reads no more than that and its state."""
    return queries.which_of((case.id for case in cases), services.may_talk(current_user.member))


def _body(case: Case, shown: Any, moment: datetime, *, whole: bool) -> dict[str, Any]:
    holder = case.holder(moment)
    in_review = holder is not None and case.kind == "idea" and case.idea.status == "waiting"
    return {
        **{name: getattr(case, name) for name in ("id", "kind", "version", "state", "due_at", "level")},
        "idea": idea_body(shown, whole=True, status="in_review" if in_review else None),
        "comment": _comment_body(case),
        "edit": _edit_body(case.edit.content) if case.edit else None,
        "reasons": [
            {"rule": one.rule, "text": words.explain(one), "weight": one.weight}
            for one in (marking.findings(case) if whole else ())
        ],
        "claimed_by": _person(holder) if holder else None,
        "claimed_until": case.claimed_until if holder else None,
    }


def _edit_body(content: Mapping[str, Any]) -> dict[str, Any]:
    return {**{name: content[name] for name in TEXTS}, "campaign_answers": answers_body(content.get("answers"))}


def _comment_body(case: Case) -> dict[str, Any] | None:
    comment = case.comment
    if comment is None:
        return None
    return {
        "id": comment.id,
        "parent": comment.parent_id,
        "body": comment.body,
        "status": comment.status,
        "author": _person(comment.member),
        "created_at": comment.created_at,
    }


def _decision_body(decision: Decision) -> dict[str, Any]:
    names = ("id", "outcome", "reason", "advice", "decided_at", "undone_at")
    body = {name: getattr(decision, name) for name in names}
    return {**body, "into": decision.into_id, "moderator": _person(decision.moderator)}


def _person(member: Member) -> dict[str, str]:
    return {"handle": member.handle, "display_name": member.display_name}
