"""The API of votes."""

from __future__ import annotations

from typing import Any

from apiflask import APIBlueprint, Schema
from apiflask.fields import Boolean, Integer
from flask_login import current_user

from portal.database import transaction
from portal.voting import services
from portal.web.access import signed_in

api = APIBlueprint("voting_api", __name__, tag="votes")


class VoteOut(Schema):
    voted = Boolean()
    votes = Integer()


@api.put("/ideas/<int:idea_id>/vote")
@api.output(VoteOut)
@api.doc(security="token")
@signed_in
def cast(idea_id: int) -> dict[str, Any]:
    """Support an idea. Sent again, it answers the same."""
    with transaction():
        votes = services.cast(current_user.who, idea_id, current_user.asked_at)
    return {"voted": True, "votes": votes}


@api.delete("/ideas/<int:idea_id>/vote")
@api.output(VoteOut)
@api.doc(security="token")
@signed_in
def take_back(idea_id: int) -> dict[str, Any]:
    """Take one's support back. Sent again, it answers the same."""
    with transaction():
        votes = services.take_back(current_user.who, idea_id, current_user.asked_at)
    return {"voted": False, "votes": votes}
