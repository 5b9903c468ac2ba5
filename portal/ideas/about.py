"""What a person wrote as ideas, for the copy of their data: by name of the section, the query for its rows."""

from __future__ import annotations

from sqlalchemy import Executable, select

from portal.ideas.models import Draft, Idea, IdeaAuthor, IdeaEdit, IdeaReceipt, IdeaVersion
from portal.ideas.rules import TEXTS
from portal.units.models import Field, Unit


def about(member_id: int) -> dict[str, Executable]:
    mine = Idea.author_id == member_id
    texts = (getattr(Idea, name) for name in TEXTS)
    others = (
        Idea.answers,
        Idea.language,
        Idea.status,
        Idea.version,
        Idea.created_at,
        Idea.updated_at,
        Idea.published_at,
    )
    return {
        "ideas": select(Idea.id, *texts, *others, Field.name_vi.label("field"), Unit.name_vi.label("unit"))
        .join(Field, Field.id == Idea.field_id)
        .outerjoin(Unit, Unit.id == Idea.unit_id)
        .where(mine),
        "earlier_versions": select(IdeaVersion.idea_id, IdeaVersion.version, IdeaVersion.at, IdeaVersion.content)
        .join(Idea, Idea.id == IdeaVersion.idea_id)
        .where(mine),
        "edits": select(IdeaEdit.idea_id, IdeaEdit.content, IdeaEdit.state, IdeaEdit.created_at, IdeaEdit.updated_at)
        .join(Idea, Idea.id == IdeaEdit.idea_id)
        .where(mine),
        "receipts": select(IdeaReceipt.idea_id, IdeaReceipt.number, IdeaReceipt.at, IdeaReceipt.sha256)
        .join(Idea, Idea.id == IdeaReceipt.idea_id)
        .where(mine),
        "drafts": select(Draft.content, Draft.created_at, Draft.updated_at, Draft.idea_id).where(
            Draft.member_id == member_id
        ),
        "co_authored": select(IdeaAuthor.idea_id, Idea.title, IdeaAuthor.state, IdeaAuthor.created_at)
        .join(Idea, Idea.id == IdeaAuthor.idea_id)
        .where(IdeaAuthor.member_id == member_id),
    }
