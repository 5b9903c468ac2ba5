"""What an idea said before, and who may read that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, func, select

from portal.campaigns.models import Campaign
from portal.database import db
from portal.ideas import answers
from portal.ideas.models import Idea, IdeaEdit, IdeaEvent, IdeaReceipt, IdeaVersion
from portal.ideas.queries.single import Shown
from portal.ideas.rules import TEXTS
from portal.units.queries import reference


@dataclass(frozen=True)
class Version:
    """One state of an idea's text; `at` is when it was written."""

    number: int
    at: datetime
    content: dict[str, Any]


def changed_column() -> ColumnElement[bool]:
    """For a query about one idea: whether its public text was ever another."""
    return exists().where(IdeaVersion.idea_id == Idea.id, _was_public())


def kept_column() -> ColumnElement[bool]:
    """For a query about one idea: whether any earlier text of it is kept. Its version tells less: it grows with more."""
    return exists().where(IdeaVersion.idea_id == Idea.id)


def _was_public() -> ColumnElement[bool]:
    """A version that was replaced after the idea was last put before the public, and has not been hidden since."""
    shown = select(func.max(IdeaEvent.at)).where(
        IdeaEvent.idea_id == IdeaVersion.idea_id, IdeaEvent.status == "published"
    )
    return (IdeaVersion.at > shown.correlate(IdeaVersion).scalar_subquery()) & ~IdeaVersion.hidden


def versions(shown: Shown, *, whole: bool) -> list[Version]:
    """The versions of an idea, oldest first, today's last. One query.

    The public reads those that were public: what a moderator had somebody take out before must not come back here, nor
    what an author took out later and does not want to be read. `whole` is for authors and moderators, who read all
    versions and the confidential part, too.
    """
    idea = shown.idea
    rows = db.session.execute(
        select(IdeaVersion.version, IdeaVersion.at, IdeaVersion.content, _was_public().label("was_public"))
        .where(IdeaVersion.idea_id == idea.id)
        .order_by(IdeaVersion.version)
    ).all()
    found, since = [], idea.created_at
    for row in rows:
        if whole or row.was_public:
            found.append(Version(row.version, since, row.content))
        since = row.at
    names = (*TEXTS, "answers", "language", "field_id", "unit_id", "campaign_id")
    today = {name: getattr(idea, name) for name in names}
    return [*found, Version(idea.version, since, today)]


def received(idea_id: int) -> list[IdeaReceipt]:
    """When which words of its author came in, the latest first."""
    rows = select(IdeaReceipt).where(IdeaReceipt.idea_id == idea_id).order_by(IdeaReceipt.number.desc())
    return list(db.session.scalars(rows))


def kept_texts(shown: Shown, reader_id: int) -> list[dict[str, Any]]:
    """Every text of an idea that is still there, for those whose names stand under it. At most two queries.

    What its author would have it say, and it does not (yet), is the author's alone.
    """
    texts = [version.content for version in versions(shown, whole=True)]
    if reader_id == shown.idea.author_id:
        texts += db.session.scalars(select(IdeaEdit.content).where(IdeaEdit.idea_id == shown.idea.id))
    return texts


def in_words(version: Version, language: str, *, whole: bool) -> dict[str, str]:
    """The texts of a version by name, and what it is filed under by its names in a language."""
    codes, content = reference(), version.content
    texts = {name: content.get(name) or "" for name in TEXTS if whole or name != "confidential"}
    unit = codes.unit_by_id.get(content.get("unit_id") or 0)
    campaign = db.session.get(Campaign, content["campaign_id"]) if content.get("campaign_id") else None
    return {
        **texts,
        **answers.by_name(content.get("answers")),
        "field": _called(codes.field_by_id[content["field_id"]], "name", language),
        "unit": _called(unit, "name", language),
        "campaign": _called(campaign, "title", language),
    }


def _called(thing: Any, attribute: str, language: str) -> str:
    return getattr(thing, f"{attribute}_{language}") or getattr(thing, f"{attribute}_vi") if thing else ""
