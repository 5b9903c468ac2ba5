"""What staff do to an idea: one guarded step from state to state, for whichever room has decided it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import func, literal, select, update

from portal.accounts.models import Member
from portal.database import UtcDateTime, db
from portal.errors import N_, Missing, Refusal
from portal.ideas import rank, states
from portal.ideas.events import IdeaAdvanced
from portal.ideas.models import Idea, IdeaEvent
from portal.ideas.queries.overview import forget
from portal.outbox import services as outbox

READ_BY_OTHERS = ("waiting", *states.PUBLIC)


def publish(idea_id: int, version: int, by: Member | None, now: datetime) -> Idea:
    """Put an idea before the public, or back after it was hidden. Raises Conflict if it has moved on meanwhile."""
    return _step(idea_id, "published", by, now, version=version)


def return_to_author(idea_id: int, version: int, by: Member, now: datetime) -> Idea:
    """Ask the author to change something. Raises Conflict if the idea has moved on meanwhile."""
    return _step(idea_id, "needs_changes", by, now, version=version)


def reject(idea_id: int, version: int, by: Member, now: datetime) -> Idea:
    """Do not publish. Raises Conflict if the idea has moved on meanwhile."""
    return _step(idea_id, "rejected", by, now, version=version)


def reopen(idea_id: int, version: int, by: Member, now: datetime) -> Idea:
    """Undo one of the three above: the idea waits again. Raises Conflict if it has moved on meanwhile."""
    return _step(idea_id, "waiting", by, now, version=version)


def advance(  # noqa: PLR0913  # a step, and what is said to it
    idea_id: int,
    to: str,
    by: Member | None,
    now: datetime,
    *,
    note_vi: str = "",
    note_en: str = "",
    unit_id: int | None = None,
) -> Idea:
    """Take a published idea a step along its journey, with a public note, signed by a unit.

    Raises Conflict if it may not go there.
    """
    idea = _step(idea_id, to, by, now, said={"note_vi": note_vi, "note_en": note_en, "unit_id": unit_id})
    if to in states.PUBLIC:
        db.session.flush()  # the entry of the timeline gets its number
        newest = select(func.max(IdeaEvent.id)).where(IdeaEvent.idea_id == idea_id)
        outbox.record(IdeaAdvanced(idea_id, db.session.scalar(newest) or 0))
    return idea


def hide(idea_id: int, by: Member | None, now: datetime) -> Idea:
    """Take an idea that others can read out of sight; nobody is told by this. Raises Conflict if they cannot."""
    return _step(idea_id, "hidden", by, now)


def remove(idea_id: int, by: Member, now: datetime) -> Idea:
    """Take an idea that is not public away for good: its page answers 410. Raises Conflict from any other state."""
    return _step(idea_id, "removed", by, now)


def _step(
    idea_id: int,
    to: str,
    by: Member | None,
    now: datetime,
    *,
    version: int | None = None,
    said: dict[str, Any] | None = None,
) -> Idea:
    require_consent(idea_id, to)
    values: dict[str, Any] = {"status": to, "updated_at": now}
    if to == "published":  # whole seconds: both engines then compute the same `hot`
        first = literal(now.replace(microsecond=0), UtcDateTime)
        values["published_at"] = func.coalesce(Idea.published_at, first)
    elif to == "waiting":
        values["published_at"] = None
    idea = move(idea_id, to, values, version=version)
    db.session.add(IdeaEvent(idea_id=idea.id, status=to, at=now, by_id=by.id if by else None, **(said or {})))
    return idea


def require_consent(idea_id: int, to: str) -> None:
    """Nobody but its author reads on what guardian or child took back, whichever way leads there. Raises Refusal.

    What lay refused, merged or removed when they did so was hidden from readers already, and comes back through here.
    """
    if to not in READ_BY_OTHERS:
        return
    author = db.session.scalar(
        select(Member)
        .join(Idea, Idea.author_id == Member.id)
        .where(Idea.id == idea_id)
        .execution_options(populate_existing=True)
    )
    if author is not None and not author.allows("publish"):
        raise Refusal(N_("Phụ huynh hoặc tác giả không còn cho phép đăng bài này."), field="outcome")


def move(idea_id: int, to: str, values: dict[str, Any], *, version: int | None = None) -> Idea:
    """One UPDATE guarded by id, version and a state from which `to` may be reached; the rank row follows it.

    Of twenty callers at once the database lets one through; the others get Conflict.
    """
    change = update(Idea).where(Idea.id == idea_id, Idea.status.in_(states.before(to))).values(values)
    if version is not None:
        change = change.where(Idea.version == version)
    idea = db.session.scalar(
        change.returning(Idea).execution_options(synchronize_session=False, populate_existing=True)
    )
    if idea is None:
        if db.session.get(Idea, idea_id) is None:
            raise Missing
        raise states.moved_on()
    rank.follow(idea)
    forget()
    return idea
