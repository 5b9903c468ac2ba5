"""The API of accounts: who a token belongs to, and what they wrote."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from apiflask.fields import AwareDateTime, Integer, String
from flask_login import current_user

from portal.ideas import queries as ideas
from portal.ideas.schemas import IdeasOut, idea_body
from portal.rules import LANGUAGES
from portal.units.queries import reference
from portal.web.access import signed_in
from portal.web.api import between

api = APIBlueprint("accounts_api", __name__, tag="accounts")


class MeOut(Schema):
    handle = String()
    display_name = String()
    email = String(metadata={"format": "email"})
    role = String()
    language = String(metadata={"enum": list(LANGUAGES)})
    unit = String(allow_none=True, metadata={"description": "The code of the province."})
    created_at = AwareDateTime()


@api.get("/me")
@api.output(MeOut)
@api.doc(security="token")
@signed_in
def me() -> dict[str, Any]:
    """The token's owner."""
    member = current_user.member
    unit = reference().unit_by_id.get(member.unit_id)
    names = ("handle", "display_name", "email", "role", "language", "created_at")
    return {**{name: getattr(member, name) for name in names}, "unit": unit.code if unit else None}


class MyIdeasQuery(Schema):
    after = Integer(validate=between(1), metadata={"description": "The `after` of the page before."})
    limit = Integer(load_default=20, validate=between(1, 100))


@api.get("/me/ideas")
@api.input(MyIdeasQuery, location="query", arg_name="query")
@api.output(IdeasOut)
@api.doc(security="token")
@signed_in
def my_ideas(query: dict[str, Any]) -> dict[str, Any]:
    """List one's own ideas in whatever state, newest first."""
    limit = query["limit"]
    found = ideas.written_by(current_user.id, query.get("after"), limit + 1)
    after = str(found[limit - 1].idea.id) if len(found) > limit else None
    return {"items": [idea_body(one, whole=True) for one in found[:limit]], "after": after}
