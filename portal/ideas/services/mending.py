"""What staff change in an idea beside its state: merged into another, put back as it was, its head set right."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import select, update

from portal.accounts.models import Member
from portal.database import db, insert_ignore
from portal.errors import N_, Missing, Refusal
from portal.ideas import rank, rules, search, states
from portal.ideas.models import Idea, IdeaAuthor, IdeaEvent, IdeaVersion
from portal.ideas.queries.overview import forget
from portal.ideas.services.deciding import move, require_consent
from portal.ideas.services.writing import text_of
from portal.rules import LANGUAGES, Invalid
from portal.units.queries import reference

NOTHING: Mapping[str, Any] = {}


def merge(idea_id: int, into_id: int, version: int, by: Member, now: datetime) -> Idea:
    """Let an idea go up in another, public one: its page leads there from now on.

    Both are locked, in the order of their ids. Raises Missing, Conflict if either has moved on, and Refusal for itself.
    """
    rows = select(Idea.id, Idea.status).where(Idea.id.in_((idea_id, into_id))).order_by(Idea.id).with_for_update()
    found = {row.id: row.status for row in db.session.execute(rows)}
    if found.get(into_id) not in states.PUBLIC or idea_id == into_id:
        raise Refusal(N_("Chọn một ý khác đang được đăng để gộp vào."), field="into")
    values = {"status": "merged", "updated_at": now, "merged_into_id": into_id}
    idea = move(idea_id, "merged", values, version=version)
    db.session.add(IdeaEvent(idea_id=idea.id, status="merged", at=now, by_id=by.id))
    return idea


def restore(idea_id: int, by: Member, now: datetime) -> Idea:
    """Show a hidden idea again, as what it was before; it has gone no step, so no follower is told.

    One that its author had taken back is that again, with the reason they gave. Raises Conflict, and Refusal.
    """
    newest = select(IdeaEvent).where(IdeaEvent.idea_id == idea_id, IdeaEvent.status.in_(states.READABLE))
    before = db.session.scalar(newest.order_by(IdeaEvent.id.desc()).limit(1))
    said: dict[str, Any] = {}
    if before and before.status == "withdrawn":
        said = {"note_vi": before.note_vi, "note_en": before.note_en, "reason": before.reason}
    return put_back(idea_id, "hidden", before.status if before else "published", by, now, said=said)


def put_back(idea_id: int, seen: str, to: str, by: Member, now: datetime, *, said: Mapping[str, Any] = NOTHING) -> Idea:
    """Undo a step: from the state it led to back to the one before. Raises Conflict if the idea has moved on.

    Raises Refusal if its author, or their guardian, allows the state before no more.
    """
    require_consent(idea_id, to)
    values: dict[str, Any] = {"status": to, "updated_at": now, "merged_into_id": None}
    if to not in (*states.READABLE, "hidden"):
        values["published_at"] = None
    idea = db.session.scalar(
        update(Idea)
        .where(Idea.id == idea_id, Idea.status == seen)
        .values(values)
        .returning(Idea)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    if idea is None:
        raise states.moved_on()
    db.session.add(IdeaEvent(idea_id=idea.id, status=to, at=now, by_id=by.id, **said))
    rank.follow(idea)
    forget()
    return idea


class Correction(NamedTuple):
    """A title, and the codes of a field and of the language it is written in: empty, that stays as it is."""

    title: str
    field: str
    language: str = ""


def correct(idea_id: int, version: int, right: Correction, by: Member, now: datetime) -> Idea:
    """Set the title, the field and the language right; the old text is kept as a version.

    Raises Invalid with every fault, and Conflict if the idea has moved on.
    """
    title = rules.TEXTS["title"].clean(right.title)
    errors: dict[str, Refusal] = {}
    if fault := rules.TEXTS["title"].fault(title):
        errors["title"] = fault
    if right.field not in reference().field_by_code:
        errors["field"] = Refusal(rules.NO_FIELD)
    if right.language and right.language not in LANGUAGES:
        errors["language"] = Refusal(rules.NO_LANGUAGE)
    if errors:
        raise Invalid(errors)
    before = db.session.scalar(select(Idea).where(Idea.id == idea_id).execution_options(populate_existing=True))
    if before is None:
        raise Missing
    kept = text_of(before)
    idea = db.session.scalar(
        update(Idea)
        .where(Idea.id == idea_id, Idea.version == version)
        .values(
            title=title,
            field_id=reference().field_by_code[right.field].id,
            language=right.language or Idea.language,
            version=version + 1,
            updated_at=now,
        )
        .returning(Idea)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    if idea is None:
        raise states.moved_on()
    db.session.add(IdeaVersion(idea_id=idea.id, version=version, at=now, by_id=by.id, content=kept))
    search.index(idea)
    rank.follow(idea)
    return idea


def offer_to_stand_under(idea_id: int, member_ids: list[int], now: datetime) -> list[int]:
    """Invite people whose own idea went up in this one; returns those who were not asked before."""
    row = IdeaAuthor.__table__
    invited = []
    for member_id in member_ids:
        handle = select(Member.handle).where(Member.id == member_id).scalar_subquery()
        new = insert_ignore(row).values(
            idea_id=idea_id, member_id=member_id, invited_as="@" + handle, state="invited", created_at=now
        )
        if db.session.scalar(new.returning(row.c.id)) is not None:
            invited.append(member_id)
    return invited
