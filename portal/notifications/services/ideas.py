"""Letters about an idea outside the hands of moderators: received, shared, a step further."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select

from portal import database
from portal.database import db
from portal.ideas import queries as ideas
from portal.ideas.events import CoAuthorInvited, IdeaAdvanced, IdeaSubmitted
from portal.ideas.models import Idea, IdeaAuthor
from portal.moderation import duty
from portal.moderation.models import Decision
from portal.notices.models import Notice
from portal.notifications.queries import decision_held
from portal.notifications.services.decisions import KIND_OF_OUTCOME
from portal.notifications.services.writing import tell_in, write
from portal.settings import Settings
from portal.voting.events import SupportReached

FROM_PEOPLE = ("web", "api")  # an import of ten thousand old papers is no occasion for ten thousand letters


def write_idea_received(event: IdeaSubmitted, settings: Settings) -> None:
    """Once for a new idea and once for each time it was sent back, however often its author polishes it meanwhile."""
    idea = db.session.execute(select(Idea.author_id, Idea.source).where(Idea.id == event.idea_id)).one()
    if idea.source in FROM_PEOPLE:
        returned = select(func.max(Decision.id)).where(Decision.idea_id == event.idea_id, Decision.outcome == "return")
        about = f"{event.idea_id}:{db.session.scalar(returned) or 0}"
        write(settings, "idea_received", about, idea.author_id, idea_id=event.idea_id, version=event.version)


def write_co_author_invited(event: CoAuthorInvited, settings: Settings) -> None:
    asked = select(IdeaAuthor.member_id, IdeaAuthor.idea_id).where(IdeaAuthor.id == event.invitation_id)
    for row in db.session.execute(asked.where(IdeaAuthor.member_id.is_not(None))):  # it may be taken back already
        ids = {"invitation_id": event.invitation_id, "idea_id": row.idea_id}
        notice = f"invitation:{event.invitation_id}"
        write(settings, "co_author_invited", event.invitation_id, row.member_id, None, notice=notice, **ids)


def write_step(event: IdeaAdvanced, settings: Settings) -> None:
    """To everybody who wrote the idea, after the letter that says it is published, which may still be held.

    Whoever gets no such letter, standing beside the author, hears both in this one.
    """
    for member_id in sorted(ideas.writers(event.idea_id)):
        about, ids = f"{event.event_id}:{member_id}", {"event_id": event.event_id, "idea_id": event.idea_id}
        due = _after_decision(event.idea_id, member_id)
        write(settings, "idea_step", about, member_id, due, notice=f"step:{event.event_id}", **ids)
        published = (Notice.idea_id == event.idea_id, Notice.kind == "approve", Notice.read_at.is_(None))
        tell_in(f"idea_step:{about}", member_id, *published)


def write_goal(event: SupportReached, settings: Settings) -> None:
    """To everybody who wrote the idea. Those who answer for it get theirs of all that came to its goal (`gathering`)."""
    if not event.goal:  # recorded before facts said how many
        return
    writers = ideas.writers(event.idea_id)
    officers = len({*duty.organisers_for(event.idea_id, database.now())} - {*writers})
    ids = {"idea_id": event.idea_id, "goal": event.goal, "officers": officers}
    for member_id in sorted(writers):
        about = f"{event.idea_id}:{event.goal}:{member_id}"
        write(settings, "idea_goal", about, member_id, None, notice=event.cause, **ids)


def _after_decision(idea_id: int, member_id: int) -> datetime | None:
    """When somebody's letter with a decision about their idea has had its turn; None if none is on its way."""
    last = decision_held(idea_id, member_id, KIND_OF_OUTCOME.values())
    return max(last, database.now()) + timedelta(seconds=1) if last else None
