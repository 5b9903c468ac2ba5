"""Which cases a moderator may know of, and which of those may be theirs to judge."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, exists, false, literal, or_, select, union_all

from portal.accounts import policy
from portal.accounts.consents import Guardianship
from portal.accounts.models import Member
from portal.database import db
from portal.discussion.models import Comment, Report
from portal.ideas.models import Idea, IdeaAuthor
from portal.moderation.models import Case

Conditions = tuple[ColumnElement[bool], ...]


def known_to(moderator: Member) -> Conditions:
    """Cases of the units where one moderates and of all below them; those of no unit are the centre's."""
    units = policy.units_of(moderator, "moderate")
    return () if units is None else (Case.unit_id.in_(units),)


def may_have(moderator: Member) -> Conditions:
    """What a guarded UPDATE asks before it gives a case to somebody or takes their decision."""
    barred = or_(Case.barred_id.is_(None), Case.barred_id != moderator.id)
    return (*known_to(moderator), ~own(moderator), ~of_family(moderator), ~reported_by(moderator), barred)


def own(moderator: Member) -> ColumnElement[bool]:
    """Nobody judges a text they have written or stand under, nor what is said about it."""
    return or_(
        exists().where(Idea.id == Case.idea_id, Idea.author_id == moderator.id),
        exists().where(
            IdeaAuthor.idea_id == Case.idea_id, IdeaAuthor.member_id == moderator.id, IdeaAuthor.state == "accepted"
        ),
        exists().where(Comment.id == Case.comment_id, Comment.member_id == moderator.id),
    )


def of_family(moderator: Member) -> ColumnElement[bool]:
    """Nor one by a child, a parent, a brother or a sister, as far as accounts tell: by a guardian's address."""
    theirs = _family(moderator)
    if not theirs:  # nearly always: the next of a hundred thousand cases is found without asking each who wrote it
        return false()
    return or_(
        exists().where(Idea.id == Case.idea_id, Idea.author_id.in_(theirs)),
        exists().where(
            IdeaAuthor.idea_id == Case.idea_id, IdeaAuthor.member_id.in_(theirs), IdeaAuthor.state == "accepted"
        ),
        exists().where(Comment.id == Case.comment_id, Comment.member_id.in_(theirs)),
    )


def _family(moderator: Member) -> Sequence[int]:
    """Ids of those whose guardian they are or who has the same guardian, and of the guardian."""
    guardians = select(Guardianship.email).where(Guardianship.member_id == moderator.id)
    home: ColumnElement[bool] = Guardianship.email.in_(guardians)
    if moderator.email:
        home |= Guardianship.email == moderator.email
    children = select(Guardianship.member_id).where(home)
    parents = select(Member.id).where(Member.email.in_(guardians))
    return db.session.scalars(union_all(children, parents)).all()


def reported_by(moderator: Member) -> ColumnElement[bool]:
    """Nor a thing they have reported themselves."""
    theirs = (Report.member_id == moderator.id, Case.subject == literal("report:").concat(Report.subject))
    return (Case.kind == "report") & exists().where(*theirs)
