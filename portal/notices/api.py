"""The API of notices."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from apiflask.fields import AwareDateTime, Integer, List, Nested, String
from flask_login import current_user

from portal.database import now
from portal.ideas.schemas import address
from portal.notices import queries
from portal.notices.queries import Told
from portal.web.access import signed_in
from portal.web.api import between

api = APIBlueprint("notices_api", __name__, tag="accounts")


class NoticesQuery(Schema):
    after = Integer(load_default=None, validate=between(1), metadata={"description": "The `after` of the page before."})
    limit = Integer(load_default=20, validate=between(1, 100))


class AboutOut(Schema):
    id = Integer()
    title = String()
    url = String(metadata={"format": "uri"})


class NoticeOut(Schema):
    id = Integer()
    kind = String(metadata={"description": "What happened: approve, return, reject, comment, reply …"})
    idea = Nested(AboutOut, allow_none=True)
    comment = Integer(allow_none=True, metadata={"description": "The comment's id."})
    created_at = AwareDateTime()
    read_at = AwareDateTime(allow_none=True)


class NoticesOut(Schema):
    items = List(Nested(NoticeOut))
    after = Integer(allow_none=True)


@api.get("/me/notifications")
@api.input(NoticesQuery, location="query", arg_name="query")
@api.output(NoticesOut)
@api.doc(security="token")
@signed_in
def notifications(query: dict[str, Any]) -> dict[str, Any]:
    """List what is new for the token's owner, newest first."""
    found, after = queries.flat(current_user.id, query["after"], query["limit"], now())
    return {"items": [_body(told) for told in found], "after": after}


def _body(told: Told) -> dict[str, Any]:
    return {
        "id": told.id,
        "kind": told.kind,
        "idea": {"id": told.idea_id, "title": told.title, "url": address(told.idea_id, told.slug)}
        if told.idea_id
        else None,
        "comment": told.comment_id,
        "created_at": told.created_at,
        "read_at": told.read_at,
    }
