"""Which cases a moderator may know of, and which of those may be theirs to judge."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, CompoundSelect, exists, false, literal, or_, select
from sqlalchemy.orm import aliased

from portal.accounts import policy
from portal.accounts.models import Member
from portal.accounts.queries import family_of
from portal.database import db
from portal.discussion.models import Comment, Report
from portal.ideas.models import Idea, IdeaAuthor
from portal.ideas.queries import writers
from portal.moderation.models import Case, Decision, Move, Proposal

_EARLIER = aliased(Case)  # once: making an alias costs more than the query
Conditions = tuple[ColumnElement[bool], ...]


def known_to(moderator: Member) -> Conditions:
    """Cases of the units where one moderates and of all below them; those of no unit are the centre's.

    That somebody has reported what they or their family wrote, a moderator hears when everybody else would.
    """
    return (*_of_units(moderator), _told(moderator))


def _told(moderator: Member) -> ColumnElement[bool]:
    theirs = or_(own(moderator), _of(family_of(moderator)))
    return or_(Case.kind != "report", ~theirs)


def knew_of(moderator: Member) -> ColumnElement[bool]:
    """The cases one may know of, and those that were in one's units before they were passed on."""
    units = policy.units_of(moderator, "moderate")
    if units is None:
        return _told(moderator)
    sent = exists().where(Move.case_id == Case.id, Move.from_unit_id.in_(units)).correlate(Case)
    return (Case.unit_id.in_(units) | sent) & _told(moderator)


def may_have(moderator: Member) -> Conditions:
    """What a guarded UPDATE asks before it gives a case to somebody or takes their decision."""
    barred = or_(Case.barred_id.is_(None), Case.barred_id != moderator.id)
    return (*may_talk(moderator), barred, ~had_a_say(moderator))


def may_talk(moderator: Member) -> Conditions:
    """Cases whose notes, proposals and findings are open to one: known to them, and about nobody near them.

    Whoever has had a say already reads and answers what colleagues ask.
    """
    return (*_of_units(moderator), ~own(moderator), ~of_family(moderator), ~reported_by(moderator))


def stands_by(moderator: Member, idea_id: int) -> bool:
    """Whether they or somebody of their family wrote an idea or stand under it."""
    return not writers(idea_id).isdisjoint({moderator.id, *db.session.scalars(family_of(moderator))})


def kept_from(case_id: int) -> set[int]:
    """Ids of everybody who is too near to a case to judge it: who wrote the text, their families, who reported it."""
    case = db.session.get_one(Case, case_id)
    people = writers(case.idea_id)
    if case.comment_id is not None:
        people |= set(db.session.scalars(select(Comment.member_id).where(Comment.id == case.comment_id)))
    for person in db.session.scalars(select(Member).where(Member.id.in_(people))).all():
        people |= set(db.session.scalars(family_of(person)))  # to be family is mutual
    reporters = select(Report.member_id).where(Report.subject == case.thing, Report.member_id.is_not(None))
    return people | {member_id for member_id in db.session.scalars(reporters) if member_id is not None}


def _of_units(moderator: Member) -> Conditions:
    units = policy.units_of(moderator, "moderate")
    return () if units is None else (Case.unit_id.in_(units),)


def own(moderator: Member) -> ColumnElement[bool]:
    """Nobody judges a text they have written or stand under, nor what is said about it."""
    return _of([moderator.id])


def of_family(moderator: Member) -> ColumnElement[bool]:
    """Nor one by a child, a parent, a brother or a sister, as far as accounts tell: by a guardian's address."""
    theirs = db.session.scalars(family_of(moderator)).all()
    # nearly always nobody: the next of a hundred thousand cases is found without asking each who wrote it
    return _of(theirs) if theirs else false()


def _of(people: Sequence[int] | CompoundSelect[int]) -> ColumnElement[bool]:
    """Written by some of these people, or they stand under it."""
    beside = (IdeaAuthor.idea_id == Case.idea_id, IdeaAuthor.member_id.in_(people), IdeaAuthor.state == "accepted")
    ways = (
        (Idea.id == Case.idea_id, Idea.author_id.in_(people)),
        beside,
        (Comment.id == Case.comment_id, Comment.member_id.in_(people)),
    )
    return or_(*(exists().where(*way).correlate(Case) for way in ways))  # wherever else these tables are read as well


def reported_by(moderator: Member) -> ColumnElement[bool]:
    """Nor a thing they have reported themselves."""
    theirs = (Report.member_id == moderator.id, Case.subject == literal("report:").concat(Report.subject))
    return (Case.kind == "report") & exists().where(*theirs).correlate(Case)


def had_a_say(moderator: Member) -> ColumnElement[bool]:
    """Nor an appeal, if they have proposed or decided anything about that text before."""
    other = _EARLIER
    same = (other.idea_id == Case.idea_id, other.comment_id.is_not_distinct_from(Case.comment_id), other.id != Case.id)
    said = or_(
        exists().where(Decision.case_id == other.id, Decision.moderator_id == moderator.id, *same).correlate(Case),
        exists().where(Proposal.case_id == other.id, Proposal.moderator_id == moderator.id, *same).correlate(Case),
    )
    return (Case.kind == "appeal") & said
