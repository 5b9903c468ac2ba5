"""What a member may do. One function; routes name the action, services ask it about an object."""

from __future__ import annotations

from portal.accounts.models import Member

ACTIONS: dict[str, tuple[str, ...]] = {
    "write": ("member", "moderator", "juror", "organiser", "admin"),
    "moderate": ("moderator", "organiser", "admin"),
    "administer": ("admin",),
}


def can(actor: Member, action: str) -> bool:
    """True if `actor` may do `action` somewhere. An unknown action is a mistake in the code and raises KeyError."""
    return actor.status == "active" and actor.role in ACTIONS[action]
