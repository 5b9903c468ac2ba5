"""An idea goes up in another with all who stood behind it, each counted once; and every bit of it can be undone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update

from portal.accounts.models import Member
from portal.database import db
from portal.discussion import services as discussion
from portal.errors import N_, Conflict, Missing, Refusal
from portal.ideas import queries as idea_queries
from portal.ideas import services as ideas
from portal.ideas.models import Idea, IdeaAuthor
from portal.moderation.models import Case, Decision, MergeMove
from portal.moderation.services import opening
from portal.moderation.services.editing import reopen_edit_case
from portal.moderation.services.scoping import stands_by
from portal.voting import services as voting


def merge(case: Case, decision: Decision, theirs: int, by: Member, now: datetime) -> None:
    """Close the case's idea, lead its page to the other, and move votes, follows, comments and a place as co-author.

    Raises Refusal if the moderator is near to the idea that would grow by it.
    """
    mine = case.idea_id
    beside = idea_queries.writers(mine) - idea_queries.writers(theirs)
    if stands_by(by, theirs):
        raise Refusal(N_("Bạn hoặc người nhà đứng tên ý nhận gộp, nên người khác quyết định."), field="into")
    ideas.merge(mine, theirs, case.idea_version, by, now)
    decision.into_id = theirs
    opening.close(f"edit:{mine}", what="merged")
    writers = idea_queries.writers(theirs)
    comments = discussion.move_comments(mine, theirs)
    follows = discussion.move_follows(mine, theirs, writers)
    offered = ideas.offer_to_stand_under(theirs, sorted(beside), now)
    votes = voting.move(mine, theirs, writers)  # last: the counter of a popular idea is what everybody waits for
    _keep(decision.id, "comment", ({"ref_id": comment_id, "created_at": now, "fresh": True} for comment_id in comments))
    _keep(decision.id, "coauthor", ({"ref_id": member_id, "created_at": now, "fresh": True} for member_id in offered))
    _keep(decision.id, "vote", (_row(one) for one in votes))
    _keep(decision.id, "follow", ({**_row(one), "automatic": one.automatic} for one in follows))


def unmerge(case: Case, decision: Decision, by: Member, now: datetime) -> None:
    """Undo all of it. Raises Conflict if the other idea has itself gone up in a third by now."""
    if decision.into_id is None:
        raise Missing
    mine, theirs = case.idea_id, decision.into_id
    if db.session.scalar(select(Idea.status).where(Idea.id == theirs).with_for_update()) == "merged":
        raise Conflict(N_("Ý nhận gộp cũng đã được gộp vào ý khác. Hoàn tác lần gộp đó trước."))
    ideas.put_back(mine, "merged", decision.status_before or "waiting", by, now)
    moved = db.session.scalars(select(MergeMove).where(MergeMove.decision_id == decision.id)).all()
    discussion.move_comments_back(mine, theirs, (one.ref_id for one in moved if one.kind == "comment"))
    follows = (one for one in moved if one.kind == "follow")
    discussion.move_follows_back(
        mine,
        theirs,
        [discussion.MovedFollow(one.ref_id, one.created_at, one.automatic, one.fresh) for one in follows],
    )
    offered = [one.ref_id for one in moved if one.kind == "coauthor"]
    db.session.execute(delete(IdeaAuthor).where(IdeaAuthor.idea_id == theirs, IdeaAuthor.member_id.in_(offered)))
    votes = (one for one in moved if one.kind == "vote")
    voting.move_back(mine, theirs, [voting.Moved(one.ref_id, one.created_at, one.fresh) for one in votes])
    db.session.execute(delete(MergeMove).where(MergeMove.decision_id == decision.id))
    reopen_edit_case(mine, now)


def answer(decision_id: int, member: Member, now: datetime, *, keep: bool) -> int:
    """A voter whose support moved keeps it or takes it back; returns the idea it is about. Raises Missing."""
    into_id = db.session.scalar(
        select(Decision.into_id)
        .join(MergeMove, MergeMove.decision_id == Decision.id)
        .where(Decision.id == decision_id, *_vote_of(member))
    )
    if into_id is None:
        raise Missing
    mine = update(MergeMove).where(MergeMove.decision_id == decision_id, *_vote_of(member))
    db.session.execute(mine.values(answer="kept" if keep else "taken").execution_options(synchronize_session=False))
    if not keep:
        voting.take_back(member, into_id, now)
    return into_id


def _vote_of(member: Member) -> tuple[Any, ...]:
    return MergeMove.kind == "vote", MergeMove.ref_id == member.id, MergeMove.fresh


def _row(one: Any) -> dict[str, Any]:
    return {"ref_id": one.member_id, "created_at": one.created_at, "fresh": one.fresh}


def _keep(decision_id: int, kind: str, rows: Iterable[dict[str, Any]]) -> None:
    kept = [{"automatic": False, **row, "decision_id": decision_id, "kind": kind} for row in rows]
    if kept:
        db.session.execute(insert(MergeMove), kept)
