"""Ideas as somebody of the desk reads them: those of their units, and those they have an open case of."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, exists

from portal.accounts import policy
from portal.accounts.models import Member
from portal.ideas import queries as ideas
from portal.ideas.models import Idea
from portal.ideas.queries import Shown
from portal.moderation.models import Case
from portal.moderation.services.scoping import known_to


def show(idea_id: int, viewer: Member | None, *, also: Mapping[str, ColumnElement[Any]] | None = None) -> Shown:
    """`ideas.show`, and to a moderator what was passed on to their unit, too, while its case is open. Raises Missing."""
    return ideas.show(idea_id, viewer, also=also, case=_has_case(viewer))


def _has_case(viewer: Member | None) -> ColumnElement[bool] | None:
    """A comment's case opens the comment alone."""
    if viewer is None or not policy.can(viewer, "moderate"):
        return None
    about_it = (Case.idea_id == Idea.id, Case.state == "open", Case.comment_id.is_(None))
    return exists().where(*about_it, *known_to(viewer))
