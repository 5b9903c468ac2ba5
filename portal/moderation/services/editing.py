"""Edits of published ideas: cases with a diff. What a trusted author changes a little is shown first, read afterwards."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, select, update

from portal.accounts.models import Member
from portal.accounts.terms import is_minor
from portal.database import db
from portal.ideas import answers, diff
from portal.ideas import services as ideas
from portal.ideas.events import EditProposed, EditTakenBack
from portal.ideas.models import Idea, IdeaEdit
from portal.moderation import triage
from portal.moderation.models import Case
from portal.moderation.services import deadlines as clock
from portal.moderation.services import opening
from portal.moderation.services.changing import changed
from portal.moderation.services.deadlines import Deadlines
from portal.moderation.services.triaging import as_set, keep
from portal.moderation.services.trusting import is_trusted
from portal.moderation.triage.texts import TEXTS

SMALL = 20
"""So many words may come or go in what is shown before somebody has read it."""


def open_edit_case(event: EditProposed, deadlines: Deadlines) -> None:
    """Somebody has to read what the author would change; the page waits for them, unless it is little and trusted."""
    edit = db.session.get(IdeaEdit, event.edit_id, populate_existing=True)
    if edit is None or edit.state != "waiting" or edit.number != event.number:
        return
    idea = db.session.get_one(Idea, edit.idea_id, populate_existing=True)
    author = db.session.get_one(Member, idea.author_id)
    found = as_set(triage.examine_text(edited(edit)), edited(edit))
    if takes_out_personal_data(edit, author):
        edit.hides_old = True
    minor = is_minor(author, edit.updated_at.date())
    if not found and not minor and is_trusted(author.id) and is_small(edit) and edit.base_version == idea.version:
        ideas.show_edit(edit, author, edit.updated_at)
        edit.live = True
    if minor:
        found.append(triage.finding("minor"))
    keep(_case(edit, idea, deadlines), found, edit.updated_at)


def close_edit_case(event: EditTakenBack) -> None:
    """Its author would rather leave the page as it is."""
    edit = db.session.get_one(IdeaEdit, event.edit_id)
    opening.close(f"edit:{edit.idea_id}")


def reopen_edit_case(idea_id: int, now: datetime) -> None:
    """The idea stands by itself again: what its author would have changed waits again, if it still does."""
    waiting = select(IdeaEdit.id).where(IdeaEdit.idea_id == idea_id, IdeaEdit.state == "waiting")
    last = select(func.max(Case.id)).where(Case.subject == f"edit:{idea_id}", Case.edit_id.in_(waiting))
    again = update(Case).where(Case.id == last.scalar_subquery(), Case.state == "closed")
    again = again.values(state="open", version=Case.version + 1, change=None).returning(Case)
    its = db.session.scalar(again.execution_options(synchronize_session=False, populate_existing=True))
    if its is not None:
        clock.begin_again(its, now)


def edited(edit: IdeaEdit) -> str:
    """All the public would read if the edit were accepted."""
    return _whole(edit.content)


def takes_out_personal_data(edit: IdeaEdit, author: Member) -> bool:
    """Whether a telephone number or the like, or the author's whole name, would no longer be read."""
    before, after = _whole(edit.before), _whole(edit.content)
    name = author.display_name
    named = " " in name and name in before and name not in after
    return named or bool(triage.personal_words(before) - triage.personal_words(after))


def _whole(content: dict[str, Any]) -> str:
    texts = (content[name] for name in ("title", *TEXTS))
    return "\n".join(filter(None, (*texts, *answers.texts(content.get("answers")))))


def is_small(edit: IdeaEdit) -> bool:
    """Whether little is changed: a few words in the texts, and neither the name nor where the idea belongs."""
    texts = set(TEXTS)
    if any(edit.before[name] != edit.content[name] for name in edit.content if name not in texts):
        return False
    return sum(_changed(edit.before[name], edit.content[name]) for name in TEXTS) <= SMALL


def _changed(old: str, new: str) -> int:
    return sum(len(piece.text.split()) for piece in diff.words(old, new) if piece.kind != "same")


def _case(edit: IdeaEdit, idea: Idea, deadlines: Deadlines) -> int:
    """The open case about this idea's edit, at the newest words; nobody decides on those they read before."""
    subject = f"edit:{idea.id}"
    renewed = update(Case).where(Case.subject == subject, Case.state == "open")
    renewed = renewed.values(edit_id=edit.id, **changed("text", edit.updated_at)).returning(Case.id)
    case_id = db.session.scalar(renewed.execution_options(synchronize_session=False))
    return case_id or _new_case(subject, edit, idea, deadlines, edit.updated_at)


def _new_case(subject: str, edit: IdeaEdit, idea: Idea, deadlines: Deadlines, at: datetime) -> int:
    about = {"idea_id": idea.id, "idea_version": edit.base_version, "edit_id": edit.id, "unit_id": idea.unit_id}
    opening.insert(deadlines, created_at=at, kind="edit", subject=subject, **about)
    return db.session.scalars(select(Case.id).where(Case.subject == subject, Case.state == "open")).one()
