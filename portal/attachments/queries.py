"""Which files belong to what."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import JSON, ColumnElement, func, or_, select, type_coerce

from portal.attachments.models import Attachment
from portal.database import db
from portal.ideas.models import Draft, Idea

SHOWN = ("token", "kind", "name", "alt", "size", "width", "height")


def files_column() -> ColumnElement[Any]:
    """For a query about one idea: its files as a list of objects with the `SHOWN` names, in no order but by `id`."""
    sqlite = db.engine.dialect.name == "sqlite"
    pack, gather = (func.json_object, func.json_group_array) if sqlite else (func.json_build_object, func.json_agg)
    parts = [part for name in ("id", *SHOWN) for part in (name, getattr(Attachment, name))]
    one = pack(*parts)
    its = select(gather(type_coerce(one, JSON) if not sqlite else one)).where(Attachment.idea_id == Idea.id)
    return type_coerce(its.correlate(Idea).scalar_subquery(), JSON)


def in_order(files: Sequence[dict[str, Any]] | None) -> list[dict[str, Any]]:
    """What `files_column` brought, in the order in which the author attached it."""
    return sorted(files or [], key=lambda file: file["id"])


def of_draft(draft_id: int) -> list[Attachment]:
    return list(db.session.scalars(select(Attachment).where(Attachment.draft_id == draft_id).order_by(Attachment.id)))


def of_idea(idea_id: int) -> list[Attachment]:
    return list(db.session.scalars(select(Attachment).where(Attachment.idea_id == idea_id).order_by(Attachment.id)))


def captions(idea_id: int) -> tuple[str, ...]:
    """What everybody reads of an idea's files beside the files themselves."""
    its = select(Attachment.alt, Attachment.name).where(Attachment.idea_id == idea_id).order_by(Attachment.id)
    return tuple(words for row in db.session.execute(its) for words in row if words)


def by_token(token: str) -> Attachment | None:
    return db.session.scalar(select(Attachment).where(Attachment.token == token))


def known(tokens: Collection[str]) -> set[str]:
    """Those of the tokens that a row still names."""
    return set(db.session.scalars(select(Attachment.token).where(Attachment.token.in_(tokens))))


def attached_by(member_id: int) -> ColumnElement[bool]:
    """Files of a person's ideas and drafts."""
    return or_(
        Attachment.idea_id.in_(select(Idea.id).where(Idea.author_id == member_id)),
        Attachment.draft_id.in_(select(Draft.id).where(Draft.member_id == member_id)),
    )


def of_member(member_id: int) -> list[Attachment]:
    return list(db.session.scalars(select(Attachment).where(attached_by(member_id)).order_by(Attachment.id)))
