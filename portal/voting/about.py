"""What a person supports, for the copy of their data."""

from __future__ import annotations

from sqlalchemy import Executable, select

from portal.ideas.models import Idea
from portal.voting.models import HeldVote, Vote


def about(member_id: int) -> dict[str, Executable]:
    return {
        name: select(model.idea_id, Idea.title, model.created_at)
        .join(Idea, Idea.id == model.idea_id)
        .where(model.member_id == member_id)
        for name, model in (("votes", Vote), ("held_votes", HeldVote))
    }
