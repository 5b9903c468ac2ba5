"""Taking words out of an idea for good, wherever they are kept: telephone numbers, addresses, a school with a class."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm.attributes import flag_modified

from portal.database import db
from portal.ideas import answers, search
from portal.ideas.models import Idea, IdeaEdit, IdeaVersion
from portal.ideas.rules import TEXTS
from portal.ideas.states import moved_on

Change = Callable[[str], str]
PUBLIC_TEXTS = tuple(name for name in TEXTS if name != "confidential")


def mask(idea_id: int, version: int, change: Change, now: datetime) -> Idea:
    """Apply `change` to every public text: of today, of all earlier versions, and of edits. Raises Conflict.

    What was there before is nowhere any more; so this has no undo, and the version it makes has no predecessor to show.
    """
    idea = db.session.get(Idea, idea_id, populate_existing=True)
    texts: dict[str, Any] = {}
    if idea:
        texts = {name: _cut(name, change(getattr(idea, name))) for name in PUBLIC_TEXTS}
        texts["answers"] = answers.masked(idea.answers, change)
    masked = db.session.scalar(
        update(Idea)
        .where(Idea.id == idea_id, Idea.version == version)
        .values(**texts, version=version + 1, updated_at=now)
        .returning(Idea)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    if masked is None:
        raise moved_on()
    for row in db.session.scalars(select(IdeaVersion).where(IdeaVersion.idea_id == idea_id)):
        row.content = _masked(row.content, change)
    for edit in db.session.scalars(select(IdeaEdit).where(IdeaEdit.idea_id == idea_id)):
        edit.before, edit.content = _masked(edit.before, change), _masked(edit.content, change)
        if edit.base_version == version:
            edit.base_version = version + 1
        flag_modified(edit, "content")
    search.index(masked)
    return masked


def _masked(content: Mapping[str, Any], change: Change) -> dict[str, Any]:
    texts = {name: _cut(name, change(content[name])) for name in PUBLIC_TEXTS if content.get(name)}
    return {**content, **texts, "answers": answers.masked(content.get("answers"), change)}


def _cut(name: str, text: str) -> str:
    """A mask may be longer than what it hides."""
    return text[: TEXTS[name].max]
