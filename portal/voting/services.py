"""One vote per member and idea, given and taken back. Two statements a vote: its row, then the counter, last."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import BindParameter, ColumnElement, bindparam, delete, exists, or_, select, tuple_

from portal import database
from portal.accounts import limits
from portal.accounts.events import ConsentChanged, MemberErased
from portal.accounts.models import Member
from portal.campaigns.models import Campaign
from portal.database import BigId, UtcDateTime, ask, db, insert_ignore, portions
from portal.errors import N_, Missing, Refusal
from portal.ideas import queries as ideas
from portal.ideas import rank, states
from portal.ideas.events import CoAuthorAdmitted, CoAuthorJoined
from portal.ideas.models import Idea, IdeaAuthor, IdeaRank
from portal.ideas.queries import Shown
from portal.voting import contests, goals, queries
from portal.voting.contests import Voter
from portal.voting.models import HeldVote, Vote


def cast(member: Voter, idea_id: int, now: datetime) -> int:
    """Support an idea; returns its votes. Sent again it changes nothing and answers the same.

    Raises Missing, Refusal for one's own, a closed or merged idea or one of a contest that takes no support of theirs,
    and TooMany.
    """
    if member.status == "waiting":
        return _hold(member, idea_id, now)
    if not _insert(Vote, member, idea_id, now):
        return _votes(member, idea_id, now)
    return _count(member, idea_id, 1, now)


def _insert(
    table: type[Vote | HeldVote], member: Voter, idea_id: int, now: datetime, *, was_held: bool = False
) -> bool:
    """The row is made from the idea itself, so nobody can slip between asking whether and voting."""
    places = {f"place_{n}": unit_id for n, unit_id in enumerate(contests.places_of(member))}
    asked, since = {"asked": idea_id, "voter": member.id, "moment": now, **places}, goals.open_since(now)
    ballot = _ballot(table, db.engine.dialect.name, tuple(places), was_held=was_held, ends=since is not None)
    return ask(ballot, asked if since is None else {**asked, "since": since}).first() is not None


@cache
def _ballot(table: type[Vote | HeldVote], _dialect: str, places: tuple[str, ...], *, was_held: bool, ends: bool) -> Any:
    """Made once for each engine and depth of unit: it costs more to make than to run.

    What was held was given in time: it counts like all other support of an idea that is out of sight for a while.
    """
    voter: BindParameter[int] = bindparam("voter", type_=BigId)
    moment: BindParameter[datetime] = bindparam("moment", type_=UtcDateTime)
    may = select(Idea.id, voter, moment).where(
        Idea.id == bindparam("asked", type_=BigId),
        Idea.author_id != voter,
        exists().where(IdeaRank.idea_id == Idea.id) if was_held else rank.is_public(Idea.status),
        ~_stands_beside(voter),
        ~contests.closed_to([bindparam(place, type_=BigId) for place in places], moment),
    )
    if ends:
        may = may.where(Idea.published_at > bindparam("since", type_=UtcDateTime))
    row = insert_ignore(table.__table__).from_select(["idea_id", "member_id", "created_at"], may)
    return row.returning(table.__table__.c.idea_id)


def _hold(member: Voter, idea_id: int, now: datetime) -> int:
    """Kept for when the guardian agrees; the count stays as it is."""
    if _insert(HeldVote, member, idea_id, now):
        limits.take("vote:account", str(member.id), now)
    return _votes(member, idea_id, now)


def take_back(member: Voter, idea_id: int, now: datetime) -> int:
    """Take one's support back; returns the idea's votes. Without a vote it changes nothing.

    Raises Missing, Refusal for one's own or a closed idea, and TooMany.
    """
    if member.status == "waiting":
        db.session.execute(delete(HeldVote).where(HeldVote.idea_id == idea_id, HeldVote.member_id == member.id))
        return _votes(member, idea_id)
    gone = delete(Vote).where(Vote.idea_id == idea_id, Vote.member_id == member.id).returning(Vote.idea_id)
    if db.session.execute(gone).first() is None:
        return _votes(member, idea_id)
    return _count(member, idea_id, -1, now)


def end_own_support(event: CoAuthorJoined | CoAuthorAdmitted) -> None:
    """Reaction: from the moment one stands under an idea one's support for it no longer counts."""
    mine = (Vote.idea_id == event.idea_id) & (Vote.member_id == event.member_id)
    if db.session.execute(delete(Vote).where(mine).returning(Vote.idea_id)).first() is not None:
        rank.count(event.idea_id, votes=-1, public_only=False)


@dataclass(frozen=True)
class Moved:
    """A vote that left an idea; `fresh` if it is now one for the other idea, which it was not before."""

    member_id: int
    created_at: datetime
    fresh: bool


def move(from_id: int, to_id: int, leave_out: Collection[int]) -> list[Moved]:
    """Take all votes of an idea to another, each member's once. `leave_out` may not support the other: its authors.

    Meant for an idea that is closed already, so nobody votes for it meanwhile. The counters follow, last.
    """
    gone = delete(Vote).where(Vote.idea_id == from_id).returning(Vote.member_id, Vote.created_at)
    votes = db.session.execute(gone).all()
    rows = [
        {"idea_id": to_id, "member_id": vote.member_id, "created_at": vote.created_at}
        for vote in votes
        if vote.member_id not in leave_out
    ]
    fresh: set[int] = set()
    for some in portions(rows):
        new = insert_ignore(Vote.__table__).values(some).returning(Vote.__table__.c.member_id)
        fresh.update(db.session.scalars(new))
    rank.count(from_id, votes=-len(votes), public_only=False)
    if total := rank.count(to_id, votes=len(fresh), public_only=False):
        goals.look(to_id, total, database.now(), gained=len(fresh))
    return [Moved(vote.member_id, vote.created_at, vote.member_id in fresh) for vote in votes]


def move_back(from_id: int, to_id: int, moved: Iterable[Moved]) -> None:
    """Undo `move`: every vote is again where it was. One that was taken back at the other idea stays taken back there."""
    moved = list(moved)
    taken = 0
    for some in portions(moved):
        rows = [{"idea_id": from_id, "member_id": one.member_id, "created_at": one.created_at} for one in some]
        db.session.execute(insert_ignore(Vote.__table__).values(rows))
        fresh = [(one.member_id, one.created_at) for one in some if one.fresh]
        theirs = tuple_(Vote.member_id, Vote.created_at).in_(fresh)
        gone = delete(Vote).where(Vote.idea_id == to_id, theirs).returning(Vote.member_id)
        taken += len(db.session.execute(gone).all()) if fresh else 0
    rank.count(from_id, votes=len(moved), public_only=False)
    rank.count(to_id, votes=-taken, public_only=False)


def _stands_beside(member_id: int | BindParameter[int]) -> ColumnElement[bool]:
    return exists().where(
        IdeaAuthor.idea_id == Idea.id, IdeaAuthor.member_id == member_id, IdeaAuthor.state == "accepted"
    )


def _count(member: Voter, idea_id: int, change: int, now: datetime) -> int:
    """Only a real change uses up a chance: a button pressed two hundred times is one vote, not a flood."""
    limits.take("vote:account", str(member.id), now)
    votes = rank.count(idea_id, votes=change)
    if votes is None:
        raise _closed()
    if change > 0:
        goals.look(idea_id, votes, now)
    return votes


def _votes(member: Voter, idea_id: int, voting_at: datetime | None = None) -> int:
    """The count when nothing changed, or why nothing may: to somebody who votes also what the contest says to it."""
    found = db.session.execute(
        select(or_(Idea.author_id == member.id, _stands_beside(member.id)).label("own"), Idea.status, IdeaRank.votes)
        .add_columns(Campaign.id.label("contest"), Campaign.closes_at, Campaign.support_ends_at, Campaign.unit_id)
        .add_columns(Idea.published_at)
        .add_columns(queries.voted_column(member.id).label("voted"))
        .outerjoin(IdeaRank, IdeaRank.idea_id == Idea.id)
        .outerjoin(Campaign, Campaign.id == Idea.campaign_id)
        .where(Idea.id == idea_id)
    ).first()
    if found is None:
        raise Missing
    why = None if found.status in states.PUBLIC else _not_public(idea_id, member)
    if found.own:
        raise Refusal(N_("Đây là ý của bạn, nên bạn không tự ủng hộ được."), status=403)
    if why:
        raise why
    if voting_at and not found.voted:
        no = contests.refusal(found, member, voting_at) if found.contest else None
        if no := no or goals.refusal(found.published_at, voting_at):
            raise no
    votes: int = found.votes
    return votes


def _not_public(idea_id: int, member: Voter) -> Refusal:
    """Raises Missing for who may not know of it."""
    reader = db.session.get_one(Member, member.id)
    return closed(ideas.show(idea_id, reader), reader)


def closed(shown: Shown, reader: Member | None) -> Refusal:
    """Why an idea that is not public takes no support, for a reader who may know of it."""
    try:
        while shown.idea.status == "merged" and shown.idea.merged_into_id:
            shown = ideas.show(shown.idea.merged_into_id, reader)
    except Missing:  # of the idea it has gone up in they may not know
        return _closed()
    if not shown.is_public:
        return _closed()
    return Refusal(N_("Ý này đã được gộp vào «%(title)s». Bạn ủng hộ ý đó nhé."), status=409, title=shown.idea.title)


def _closed() -> Refusal:
    return Refusal(N_("Ý tưởng này không nhận ủng hộ nữa."), status=409)


# --- reactions ----------------------------------------------------------------------------------


def follow_consent(event: ConsentChanged) -> None:
    """A guardian has agreed: the child's held votes count from now on. Run twice it counts once."""
    member = db.session.get_one(Member, event.member_id, populate_existing=True)
    if member.status != "active":
        return
    held = delete(HeldVote).where(HeldVote.member_id == member.id).returning(HeldVote.idea_id, HeldVote.created_at)
    votes, moment = _where_they_went(db.session.execute(held).all()), database.now()
    for idea_id, at in sorted(votes):  # in one order, so that two such never wait for each other
        if _insert(Vote, member, idea_id, at, was_held=True):
            goals.look(idea_id, rank.count(idea_id, votes=1, public_only=False) or 0, moment)


def _where_they_went(votes: Sequence[Any]) -> list[tuple[int, datetime]]:
    """Votes as (idea, time); those for an idea that has gone up in another are for that one."""
    gone_up = select(Idea.id, Idea.merged_into_id).where(Idea.status == "merged", Idea.merged_into_id.is_not(None))
    into: dict[int, int] = {}
    asked = [vote.idea_id for vote in votes]
    while asked and (some := db.session.execute(gone_up.where(Idea.id.in_(asked))).all()):
        into |= {row.id: row.merged_into_id for row in some}
        asked = [row.merged_into_id for row in some]
    found = []
    for idea_id, at in votes:
        while idea_id in into:
            idea_id = into[idea_id]  # noqa: PLW2901
        found.append((idea_id, at))
    return found


def forget_voter(event: MemberErased) -> None:
    """Votes that count stay as counts under a number without a person; held ones go."""
    db.session.execute(delete(HeldVote).where(HeldVote.member_id == event.member_id))
