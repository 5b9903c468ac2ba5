"""Those who wrote an idea, who follow it, or who look for such."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from sqlalchemy import case, exists, func, literal, select

from portal import database
from portal.database import UtcDateTime, db, insert_ignore
from portal.discussion import queries as discussion
from portal.discussion.events import CommentEdited, CommentPosted
from portal.discussion.models import Comment, Follow
from portal.discussion.queries import followers
from portal.ideas import queries as ideas
from portal.ideas.events import IdeaAdvanced
from portal.moderation import duty
from portal.notices.events import FollowersPartlyTold
from portal.notices.models import Notice, NoticeMute, PushSubscription
from portal.notices.services import telling
from portal.notices.services.telling import columns_of, mutes, tell
from portal.outbox import services as outbox
from portal.searches.events import SearchMatched
from portal.searches.models import SavedSearch
from portal.voting.events import SupportReached


def tell_of_comment(event: CommentPosted) -> None:
    """Whoever is answered or called by name, those who wrote the idea, and its followers; nobody of their own words.

    Each is told once, as the first of these. It is shown once the comment is.
    """
    comment = _comment(event.comment_id)
    about = {"idea_id": comment.idea_id, "comment_id": comment.id}
    answered = select(Comment.member_id).where(Comment.id == comment.parent_id)
    tell({*db.session.scalars(answered)} - {comment.member_id}, "reply", f"comment:{comment.id}", **about)
    tell(discussion.mentioned(comment.id), "mention", f"comment:{comment.id}", **about)
    tell({*ideas.writers(comment.idea_id)} - {comment.member_id}, "comment", f"comment:{comment.id}", **about)
    cause = f"comment:{comment.id}"
    tell_followers(FollowersPartlyTold("followed_comment", cause, comment.idea_id, comment.id, after=0))


def tell_of_calls(event: CommentEdited) -> None:
    """Whoever is called by name only in mended words; who was told of the comment before is not told again."""
    comment = _comment(event.comment_id)
    about = {"idea_id": comment.idea_id, "comment_id": comment.id}
    tell(discussion.mentioned(comment.id), "mention", f"comment:{comment.id}", **about)


def tell_of_step(event: IdeaAdvanced) -> None:
    """Those who wrote an idea, and its followers, that it has gone a step along its journey.

    Its writers hear first that it is published, which may still be held.
    """
    cause = f"step:{event.event_id}"
    held = select(func.max(Notice.due_at)).where(Notice.idea_id == event.idea_id, Notice.kind == "approve")
    published = db.session.scalar(held.where(Notice.due_at > database.now()))
    due = published + timedelta(seconds=1) if published else None
    tell(ideas.writers(event.idea_id), "status", cause, due, idea_id=event.idea_id)
    tell_followers(FollowersPartlyTold("followed", cause, event.idea_id, None, after=0))


def tell_of_goal(event: SupportReached) -> None:
    """Those who wrote an idea that has come to the support its unit is told of; and those who organise there."""
    writers, officers = ideas.writers(event.idea_id), duty.organisers_for(event.idea_id, database.now())
    tell(writers, "goal", event.cause, idea_id=event.idea_id)
    tell({*officers} - {*writers}, "goal_unit", event.cause, idea_id=event.idea_id)


def tell_followers(event: FollowersPartlyTold) -> None:
    """The next page of followers; if more are left, that is a fact of its own."""
    page = followers(event.idea_id, event.after, telling.PAGE)
    if not page:
        return
    told = columns_of(event.kind, event.cause, None, event.idea_id, event.comment_id)
    quiet = exists().where(NoticeMute.member_id == Follow.member_id, mutes(event.kind))
    rows = select(
        Follow.member_id, quiet, *(literal(value, Notice.__table__.c[name].type) for name, value in told.items())
    )
    rows = rows.where(Follow.idea_id == event.idea_id, Follow.member_id.between(page[0], page[-1]))
    if event.comment_id is not None:
        rows = rows.where(Follow.member_id != _comment(event.comment_id).member_id)
    has_device = exists().where(PushSubscription.member_id == Follow.member_id)
    rows = rows.add_columns(case((has_device & ~quiet, literal(told["due_at"], UtcDateTime))))
    db.session.execute(insert_ignore(Notice.__table__).from_select(["member_id", "quiet", *told, "push_at"], rows))
    if len(page) == telling.PAGE:
        outbox.record(replace(event, after=page[-1]))


def _comment(comment_id: int) -> Any:
    columns = (Comment.id, Comment.member_id, Comment.idea_id, Comment.parent_id)
    return db.session.execute(select(*columns).where(Comment.id == comment_id)).one()


def tell_of_matches(event: SearchMatched) -> None:
    """Whoever keeps a search, of what is new in it; an idea that two of their searches find is told once.

    Again when it comes to a state that one of them asks for: that is news of its own.
    """
    search = db.session.get(SavedSearch, event.search_id)
    if search is None:
        return
    state = search.words.get("status", "published")
    came = "" if state == "published" else f":{state}"
    for idea_id in event.idea_ids:
        tell([search.member_id], "found", f"found:{idea_id}{came}", idea_id=idea_id, thread=f"search:{search.id}")
