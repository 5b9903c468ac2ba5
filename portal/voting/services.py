"""One vote per member and idea, given and taken back. Two statements a vote: its row, then the counter, last."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, delete, exists, literal, or_, select

from portal.accounts import limits
from portal.accounts.models import Member
from portal.database import UtcDateTime, db, insert_ignore
from portal.errors import N_, Missing, Refusal
from portal.ideas import rank, states
from portal.ideas.events import CoAuthorJoined
from portal.ideas.models import Idea, IdeaAuthor, IdeaRank
from portal.voting.models import Vote


def cast(member: Member, idea_id: int, now: datetime) -> int:
    """Support an idea; returns its votes. Sent again it changes nothing and answers the same.

    Raises Missing, Refusal for one's own or a closed idea, and TooMany.
    """
    # the row is made from the idea itself, so nobody can slip between asking whether and voting
    may = select(Idea.id, literal(member.id), literal(now, UtcDateTime)).where(
        Idea.id == idea_id,
        Idea.author_id != member.id,
        Idea.status.in_(states.PUBLIC),
        ~_stands_beside(member.id),
    )
    new = insert_ignore(Vote.__table__).from_select(["idea_id", "member_id", "created_at"], may).returning(Vote.idea_id)
    if db.session.execute(new).first() is None:
        return _votes(member, idea_id)
    return _count(member, idea_id, 1, now)


def take_back(member: Member, idea_id: int, now: datetime) -> int:
    """Take one's support back; returns the idea's votes. Without a vote it changes nothing.

    Raises Missing, Refusal for one's own or a closed idea, and TooMany.
    """
    gone = delete(Vote).where(Vote.idea_id == idea_id, Vote.member_id == member.id).returning(Vote.idea_id)
    if db.session.execute(gone).first() is None:
        return _votes(member, idea_id)
    return _count(member, idea_id, -1, now)


def end_own_support(event: CoAuthorJoined) -> None:
    """Reaction: from the moment one stands under an idea one's support for it no longer counts."""
    mine = (Vote.idea_id == event.idea_id) & (Vote.member_id == event.member_id)
    if db.session.execute(delete(Vote).where(mine).returning(Vote.idea_id)).first() is not None:
        rank.count(event.idea_id, votes=-1, public_only=False)


def _stands_beside(member_id: int) -> ColumnElement[bool]:
    return exists().where(
        IdeaAuthor.idea_id == Idea.id, IdeaAuthor.member_id == member_id, IdeaAuthor.state == "accepted"
    )


def _count(member: Member, idea_id: int, change: int, now: datetime) -> int:
    """Only a real change uses up a chance: a button pressed two hundred times is one vote, not a flood."""
    limits.take("vote:account", str(member.id), now)
    db.session.flush()
    votes = rank.count(idea_id, votes=change)
    if votes is None:
        raise _closed()
    return votes


def _votes(member: Member, idea_id: int) -> int:
    """The count when nothing changed, or why nothing may."""
    found = db.session.execute(
        select(or_(Idea.author_id == member.id, _stands_beside(member.id)).label("own"), Idea.status, IdeaRank.votes)
        .join(IdeaRank, IdeaRank.idea_id == Idea.id)
        .where(Idea.id == idea_id)
    ).first()
    if found is None or found.status not in states.READABLE:
        raise Missing
    if found.own:
        raise Refusal(N_("Đây là ý của bạn, nên bạn không tự ủng hộ được."), status=403)
    if found.status not in states.PUBLIC:
        raise _closed()
    votes: int = found.votes
    return votes


def _closed() -> Refusal:
    return Refusal(N_("Ý tưởng này không nhận ủng hộ nữa."), status=409)
