"""Which cases a moderator may know of, and which of those may be theirs to judge."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, select

from portal.accounts import policy
from portal.accounts.models import Member
from portal.discussion.models import Comment
from portal.ideas.models import Idea
from portal.moderation.models import Case

Conditions = tuple[ColumnElement[bool], ...]


def known_to(moderator: Member) -> Conditions:
    """Cases of the units where one moderates and of all below them; those of no unit are the centre's."""
    units = policy.units_of(moderator, "moderate")
    return () if units is None else (Case.unit_id.in_(units),)


def may_have(moderator: Member) -> Conditions:
    """What a guarded UPDATE asks before it gives a case to somebody or takes their decision."""
    return (*known_to(moderator), *_not_own(moderator), or_(Case.barred_id.is_(None), Case.barred_id != moderator.id))


def _not_own(moderator: Member) -> Conditions:
    """Nobody judges their own text, nor what is said about their own idea."""
    ideas = select(Idea.id).where(Idea.author_id == moderator.id)
    comments = select(Comment.id).where(Comment.member_id == moderator.id)
    return Case.idea_id.not_in(ideas), or_(Case.comment_id.is_(None), Case.comment_id.not_in(comments))
