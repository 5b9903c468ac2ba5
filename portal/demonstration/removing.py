"""Takes the demonstration away again and leaves what real people wrote, with its counters true."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from typing import Any

from sqlalchemy import Column, Table, delete, func, or_, select, update

from portal.accounts.models import (
    Member,
    PendingAction,
    RoleGrant,
    SignInAttempt,
    SignInSession,
)
from portal.campaigns.models import Campaign
from portal.database import Model, db
from portal.demonstration.loading import SOURCE
from portal.discussion.models import Comment, Report
from portal.ideas import rank
from portal.ideas.models import Draft, Idea, IdeaRank
from portal.moderation.models import Case, Decision
from portal.notifications.models import LIVE, Letter
from portal.outbox.models import RELAYED, Fact
from portal.voting.models import SupportGoal, Vote

Ids = Collection[int]


def remove() -> Counter[str]:
    """Delete every row with the source 'demo' and what hangs on it; returns how many of each kind."""
    _close_deciders()
    members = _ids(select(Member.id).where(Member.source == SOURCE))
    ideas = _ids(select(Idea.id).where(or_(Idea.source == SOURCE, Idea.author_id.in_(members))))
    campaigns = _ids(select(Campaign.id).where(Campaign.source == SOURCE))
    _remove_votes(members, ideas)
    _remove_comments(members, ideas)
    _remove_facts_and_letters(members, ideas)
    _remove_ideas(members, ideas)
    _remove_campaigns(campaigns)
    _remove_members(members)
    return Counter(members=len(members), ideas=len(ideas), campaigns=len(campaigns))


def _ids(query: Any) -> list[int]:
    return list(db.session.scalars(query))


def _delete(model: Any, *where: Any) -> None:
    db.session.execute(delete(model).where(*where).execution_options(synchronize_session=False))


def _blank(column: Any, gone: Ids, **also: Any) -> None:
    """Set a reference to something that goes to nothing."""
    values = {column.key: None, **also}
    db.session.execute(
        update(column.class_).where(column.in_(gone)).values(values).execution_options(synchronize_session=False)
    )


def _close_deciders() -> None:
    """A demonstration account that decided about a real idea stays as the name under that decision, closed."""
    real = select(Decision.moderator_id).join(Idea, Idea.id == Decision.idea_id).where(Idea.source != SOURCE)
    closed = {"status": "suspended", "email": None, "password_hash": None, "source": "command"}
    deciders = _ids(select(Member.id).where(Member.source == SOURCE, Member.id.in_(real)))
    _delete(RoleGrant, RoleGrant.member_id.in_(deciders))
    db.session.execute(
        update(Member).where(Member.id.in_(deciders)).values(closed).execution_options(synchronize_session=False)
    )


def _remove_votes(members: Ids, ideas: Ids) -> None:
    on_real = Vote.member_id.in_(members) & Vote.idea_id.not_in(ideas)
    for idea_id, votes in _per_idea(Vote.idea_id, on_real):
        rank.count(idea_id, votes=-votes, public_only=False)
    _delete(SupportGoal, SupportGoal.idea_id.in_(ideas))
    _delete(Vote, or_(Vote.idea_id.in_(ideas), Vote.member_id.in_(members)))


def _remove_comments(members: Ids, ideas: Ids) -> None:
    on_real = Comment.member_id.in_(members) & Comment.idea_id.not_in(ideas) & (Comment.status == "published")
    for idea_id, comments in _per_idea(Comment.idea_id, on_real):
        rank.count(idea_id, comments=-comments, public_only=False)
    gone = _ids(select(Comment.id).where(or_(Comment.idea_id.in_(ideas), Comment.member_id.in_(members))))
    _remove(Case, _ids(select(Case.id).where(or_(Case.idea_id.in_(ideas), Case.comment_id.in_(gone)))))
    _delete(Report, or_(Report.idea_id.in_(ideas), Report.comment_id.in_(gone), Report.member_id.in_(members)))
    _remove(Comment, gone)  # a real person's answer stays, as a comment of its own


def _per_idea(column: Any, where: Any) -> list[tuple[int, int]]:
    rows = db.session.execute(select(column, func.count()).where(where).group_by(column))
    return [(idea_id, count) for idea_id, count in rows]


def _remove_facts_and_letters(members: Ids, ideas: Ids) -> None:
    """What is still to be done about ideas that go must not be tried. Payloads hold ids, few of them are open."""
    doomed = set(ideas)
    for model, undone in ((Fact, Fact.state != RELAYED), (Letter, Letter.state.in_(LIVE))):
        rows = db.session.execute(select(model.id, model.payload).where(undone))
        _delete(model, model.id.in_([row.id for row in rows if row.payload.get("idea_id") in doomed]))
    _delete(Letter, Letter.recipient_id.in_(members))


def _remove_ideas(members: Ids, ideas: Ids) -> None:
    _remove(Draft, _ids(select(Draft.id).where(Draft.member_id.in_(members))))
    _delete(PendingAction, PendingAction.target_id.in_(ideas))
    _remove(Idea, ideas)


def _remove_campaigns(campaigns: Ids) -> None:
    _blank(IdeaRank.campaign_id, campaigns)  # a copy of the idea's, without a key of its own
    _remove(Campaign, campaigns)


def _remove_members(members: Ids) -> None:
    _blank(Case.claimed_by_id, members, claimed_until=None)
    _blank(SignInSession.viewing_id, members, viewing_until=None)
    addresses = list(db.session.scalars(select(Member.email).where(Member.id.in_(members), Member.email.is_not(None))))
    _delete(SignInAttempt, SignInAttempt.email.in_(addresses))
    _remove(Member, members)


def _remove(model: Any, gone: Ids) -> None:
    """Delete rows and, in whichever table, what cannot be without them; a reference that may be empty is emptied."""
    if gone:
        _remove_rows(model.__table__, gone)


def _remove_rows(table: Table, gone: Ids) -> None:
    for column in _pointing_at(table):
        other, pointing = column.table, column.in_(gone)
        if column.nullable and not any(key.ondelete for key in column.foreign_keys):
            db.session.execute(update(other).where(pointing).values({column.name: None}))
        elif "id" not in other.c:
            db.session.execute(delete(other).where(pointing))
        elif children := _ids(select(other.c.id).where(pointing)):
            _remove_rows(other, children)
    db.session.execute(delete(table).where(table.c.id.in_(gone)))


def _pointing_at(table: Table) -> list[Column[Any]]:
    return [
        key.parent
        for other in Model.metadata.tables.values()
        for key in sorted(other.foreign_keys, key=lambda key: key.parent.name)
        if key.column.table is table
    ]
