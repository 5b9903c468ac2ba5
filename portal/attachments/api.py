"""The API of pictures and documents."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from apiflask.fields import AwareDateTime, File, Integer, List, Nested, String
from apiflask.schemas import FileSchema
from flask import url_for
from flask_login import current_user

from portal.attachments import queries, services
from portal.attachments.models import Attachment
from portal.attachments.rules import ALT
from portal.attachments.transfer import hand_out, receive, with_files
from portal.database import now, transaction
from portal.moderation import reading as desk
from portal.settings import current_settings
from portal.web.access import public, signed_in

api = APIBlueprint("attachments_api", __name__, tag="ideas")


class FileIn(Schema):
    file = File(  # type: ignore[no-untyped-call]  # APIFlask's own
        metadata={"description": "JPEG, PNG, WebP, GIF or PDF, at most 10 MB. A picture is drawn anew as WebP."}
    )
    alt = String(
        load_default="",
        metadata={"description": f"What a picture shows, {ALT.min} to {ALT.max} characters; not for a PDF."},
    )


class TellIn(Schema):
    alt = String(required=True, metadata={"description": "What the picture shows instead of what was said before."})


class FileOut(Schema):
    token = String()
    url = String(metadata={"format": "uri"})
    kind = String(metadata={"enum": ["image", "pdf"]})
    name = String()
    alt = String()
    size = Integer(metadata={"description": "Bytes"})
    width = Integer(metadata={"description": "Pixels; 0 for a PDF."})
    height = Integer()
    created_at = AwareDateTime()


class FilesOut(Schema):
    items = List(Nested(FileOut))


@api.get("/ideas/<int:idea_id>/files")
@api.output(FilesOut)
@public
def files(idea_id: int) -> dict[str, Any]:
    """List the pictures and documents of an idea, to whoever may read it."""
    with_files(idea_id, desk.show)
    return {"items": [_body(one) for one in queries.of_idea(idea_id)]}


@api.post("/ideas/<int:idea_id>/files")
@signed_in
@api.input(FileIn, location="form_and_files", arg_name="sent")
@api.output(FileOut, status_code=201)
@api.doc(security="token")
def add(idea_id: int, sent: dict[str, Any]) -> dict[str, Any]:
    """Attach a picture or a PDF to one's own idea while it waits; 409 once somebody has decided."""
    member = current_user.member

    def attach(attachment: Attachment) -> None:
        services.attach_to_idea(member, idea_id, attachment, now())

    return _body(receive(sent.get("file"), sent["alt"], member.id, attach))


@api.get("/files/<token>")
@api.output(FileSchema(), content_type="image/webp")
@public
def fetch(token: str) -> Any:
    """Fetch a file: WebP, or PDF as it was sent."""
    return hand_out(token, desk.show)


@api.patch("/files/<token>")
@signed_in
@api.input(TellIn, arg_name="body")
@api.output(FileOut)
@api.doc(security="token")
def tell(token: str, body: dict[str, Any]) -> dict[str, Any]:
    """Say anew what one's own picture shows, while files may be added; 409 once somebody has decided."""
    with transaction():
        return _body(services.tell(current_user.member, token, body["alt"], now()))


@api.delete("/files/<token>")
@signed_in
@api.output({}, status_code=204)
@api.doc(security="token")
def remove(token: str) -> str:
    """Take one's own file away, whatever state the idea is in."""
    member = current_user.member
    with transaction():
        services.remove(member, token, now())
    return ""


def _body(one: Attachment) -> dict[str, Any]:
    base = current_settings().base_url
    told = {name: getattr(one, name) for name in (*queries.SHOWN, "created_at")}
    return {**told, "url": base + url_for(".fetch", token=one.token)}
