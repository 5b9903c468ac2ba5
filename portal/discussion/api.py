"""The API of comments and follows."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from apiflask.fields import AwareDateTime, Boolean, Integer, List, Nested, String
from flask_login import current_user

from portal.database import now, transaction
from portal.discussion import queries, services
from portal.discussion.models import Comment
from portal.discussion.rules import BODY
from portal.errors import Missing
from portal.ideas import queries as ideas
from portal.ideas.schemas import AuthorOut
from portal.ideas.states import READABLE
from portal.web.access import public, signed_in
from portal.web.api import between, json_only
from portal.web.fields import RuleString

api = APIBlueprint("discussion_api", __name__, tag="comments")


class CommentIn(Schema):
    body = RuleString(BODY)
    parent = Integer(load_default=None, allow_none=True, strict=True, validate=between(1))


class EditIn(Schema):
    body = RuleString(BODY)


class CommentsQuery(Schema):
    after = Integer(load_default=None, validate=between(0))
    limit = Integer(load_default=30, validate=between(1, 100))


class CommentOut(Schema):
    id = Integer()
    parent = Integer(allow_none=True, metadata={"description": "The comment this one answers."})
    body = String(metadata={"description": "Markdown"})
    status = String(metadata={"enum": ["published", "waiting"]})
    author = Nested(AuthorOut)
    helpful = Boolean(metadata={"description": "An author of the idea says that it helped."})
    created_at = AwareDateTime()
    edited_at = AwareDateTime(allow_none=True)


class CommentsOut(Schema):
    items = List(Nested(CommentOut))
    after = Integer(allow_none=True)


@api.get("/ideas/<int:idea_id>/comments")
@api.input(CommentsQuery, location="query", arg_name="query")
@api.output(CommentsOut)
@public
def comments(idea_id: int, query: dict[str, Any]) -> dict[str, Any]:
    """List the comments on an idea, oldest first, answers among them."""
    idea = ideas.show(idea_id, current_user.member).idea
    if idea.published_at is None or idea.status not in READABLE:
        raise Missing
    found, after = queries.flat(idea_id, query["after"], query["limit"])
    return {"items": [_body(comment) for comment in found], "after": after}


@api.post("/ideas/<int:idea_id>/comments")
@signed_in
@json_only
@api.input(CommentIn, arg_name="body")
@api.output(CommentOut, status_code=201)
@api.doc(security="token")
def post(idea_id: int, body: dict[str, Any]) -> dict[str, Any]:
    """Comment on an idea, or answer a comment. It waits for a moderator if a minor takes part."""
    member = current_user.member
    with transaction():
        comment = services.post(member, idea_id, body["body"], now(), parent_id=body["parent"])
    comment.member = member
    return _body(comment)


@api.patch("/ideas/<int:idea_id>/comments/<int:comment_id>")
@signed_in
@json_only
@api.input(EditIn, arg_name="body")
@api.output(CommentOut)
@api.doc(security="token")
def edit(idea_id: int, comment_id: int, body: dict[str, Any]) -> dict[str, Any]:
    """Mend one's own comment within fifteen minutes. Where a minor takes part it waits for a moderator again."""
    member, own = current_user.member, queries.own(comment_id, idea_id, current_user.id)
    with transaction():
        comment = services.edit(member, own.id, body["body"], now())
    comment.member = member
    return _body(comment)


@api.delete("/ideas/<int:idea_id>/comments/<int:comment_id>")
@signed_in
@api.output({}, status_code=204)
@api.doc(security="token")
def withdraw(idea_id: int, comment_id: int) -> str:
    """Take one's own comment back, at any time: its words are deleted. Of another's, or one that is gone: 404."""
    member, own = current_user.member, queries.own(comment_id, idea_id, current_user.id)
    with transaction():
        services.withdraw(member, own.id, now())
    return ""


class FollowOut(Schema):
    following = Boolean()


@api.put("/ideas/<int:idea_id>/follow")
@api.output(FollowOut)
@api.doc(security="token", tags=["follows"])
@signed_in
def follow(idea_id: int) -> dict[str, Any]:
    """Be told of news of an idea. Sent again, it answers the same."""
    member = current_user.member
    with transaction():
        services.follow(member, idea_id, now())
    return {"following": True}


@api.delete("/ideas/<int:idea_id>/follow")
@api.output(FollowOut)
@api.doc(security="token", tags=["follows"])
@signed_in
def unfollow(idea_id: int) -> dict[str, Any]:
    """No more news of an idea. Sent again, it answers the same."""
    member = current_user.member
    with transaction():
        services.unfollow(member, idea_id)
    return {"following": False}


def _body(comment: Comment) -> dict[str, Any]:
    return {
        "id": comment.id,
        "parent": comment.parent_id,
        "body": comment.body,
        "status": comment.status,
        "author": {"handle": comment.member.handle, "display_name": comment.member.display_name},
        "helpful": comment.helpful,
        "created_at": comment.created_at,
        "edited_at": comment.edited_at,
    }
