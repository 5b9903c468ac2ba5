"""The newest decision about an idea is none of those about what others said under it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from portal.database import db, now, transaction
from portal.discussion.models import Comment
from portal.errors import Conflict
from portal.ideas import services as ideas
from portal.ideas.models import Idea
from portal.moderation import queries, services
from portal.moderation.models import Case
from tests import factories
from tests.portal.moderation import desk

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.one_engine_each]


def status_of(model, row_id):
    return db.session.scalar(select(model.status).where(model.id == row_id))


def restore(decision):
    moderator = factories.member("moderator")
    with transaction():
        return services.restore(decision.id, moderator, now())


@pytest.fixture
def talk():
    """An author whose idea is before the public on trust: its open case, and that of a comment somebody reported."""
    author = factories.member(name="Phương Thảo")
    idea = factories.published_idea(author)
    with transaction():
        about = {"subject": f"idea:{idea.id}", "idea_id": idea.id, "idea_version": 1}
        own = Case(kind="idea", created_at=now(), due_at=now(), triaged_at=now(), **about)
        db.session.add(own)
    factories.report(idea, comment=factories.comment(idea))
    desk.relay()
    return author, desk.again(own.id), desk.case_of(idea.id)


def test_an_idea_is_restored_from_the_log_under_a_later_decision_about_a_comment(talk):
    _author, own, comments = talk
    decision = desk.refuse(own, factories.member("moderator"))
    desk.approve(comments, factories.member("moderator"))
    assert restore(decision).state == "open"
    assert status_of(Idea, own.idea_id) == "published"


def test_a_comment_is_restored_from_the_log_under_a_later_decision_about_its_idea(talk):
    _author, own, comments = talk
    decision = desk.refuse(comments, factories.member("moderator"))
    desk.refuse(own, factories.member("moderator"))
    restore(decision)
    assert status_of(Comment, comments.comment_id) == "published"


def test_a_newer_decision_about_the_same_comment_stands(talk):
    _author, _own, comments = talk
    first = desk.approve(comments, factories.member("moderator"))
    said = db.session.get_one(Comment, comments.comment_id)
    factories.report(db.session.get_one(Idea, said.idea_id), comment=said)
    desk.relay()
    desk.refuse(desk.case_of(said.idea_id), factories.member("moderator"))
    with pytest.raises(Conflict, match="mới hơn"):
        restore(first)


def test_a_refusal_is_appealed_after_a_decision_about_a_comment(talk):
    author, own, comments = talk
    refusal = desk.refuse(own, factories.member("moderator"))
    desk.approve(comments, factories.member("moderator"))
    assert queries.appealable(own.idea_id)
    with transaction():
        made = services.appeal(author, own.idea_id, "Mình đã hỏi uỷ ban xã rồi.", desk.THREE_DAYS, now())
    assert made.decision_id == refusal.id


def test_what_was_sent_back_returns_to_who_asked_and_not_to_who_read_a_comment(talk):
    author, own, comments = talk
    asked = factories.member("moderator")
    desk.ask_to_change(own, asked)
    desk.approve(comments, factories.member("moderator"))
    with transaction():
        ideas.revise(author, own.idea_id, 1, factories.content(), now())
    desk.relay()
    assert desk.case_of(own.idea_id).preferred_id == asked.id
