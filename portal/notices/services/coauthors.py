"""Those who stand under an idea, or are asked to."""

from __future__ import annotations

from sqlalchemy import select

from portal.database import db
from portal.ideas.events import CoAuthorAdmitted, CoAuthorAsked, CoAuthorInvited, CoAuthorJoined
from portal.ideas.models import Idea, IdeaAuthor
from portal.notices.services.telling import tell


def tell_of_invitation(event: CoAuthorInvited) -> None:
    """Whoever is asked to stand under an idea."""
    asked = select(IdeaAuthor.member_id, IdeaAuthor.idea_id).where(
        IdeaAuthor.id == event.invitation_id, IdeaAuthor.state == "invited", IdeaAuthor.member_id.is_not(None)
    )
    for row in db.session.execute(asked):  # none, if it was taken back meanwhile
        tell([row.member_id], "invited", f"invitation:{event.invitation_id}", idea_id=row.idea_id)


def tell_of_co_author(event: CoAuthorJoined) -> None:
    """The author, that somebody said yes."""
    author = select(Idea.author_id).where(Idea.id == event.idea_id)
    tell([*db.session.scalars(author)], "joined", f"joined:{event.idea_id}:{event.member_id}", idea_id=event.idea_id)


def tell_of_request(event: CoAuthorAsked) -> None:
    """The author, that somebody would like to stand under the idea."""
    asked = select(Idea.author_id, Idea.id).join(IdeaAuthor, IdeaAuthor.idea_id == Idea.id)
    asked = asked.where(IdeaAuthor.id == event.request_id, IdeaAuthor.state == "asked")
    for row in db.session.execute(asked):  # none, if it was taken back meanwhile
        tell([row.author_id], "asked", f"request:{event.request_id}", idea_id=row.id)


def tell_of_yes(event: CoAuthorAdmitted) -> None:
    """Whoever asked to stand under an idea."""
    tell([event.member_id], "admitted", f"admitted:{event.idea_id}", idea_id=event.idea_id)
