"""A suspension and a guardian's word are two matters: neither undoes the other, and nothing is lost between them."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from portal.accounts import services
from portal.database import db, now, transaction
from portal.discussion.models import Comment
from portal.ideas.models import Idea
from portal.voting import services as voting
from portal.voting.models import HeldVote
from tests import factories
from tests.portal.accounts import family
from tests.portal.notifications import stories

pytestmark = pytest.mark.one_engine_each


def suspend(child):
    admin = factories.member("admin")
    with transaction():
        services.suspend(admin, child, "Gửi quảng cáo nhiều lần", now() + timedelta(days=7), now())


def test_another_choice_of_the_guardian_hides_nothing_that_is_still_allowed(app):
    child = family.allowed_child()
    idea, comment = factories.published_idea(child), factories.comment(factories.published_idea(), child)
    with transaction():
        db.session.execute(update(Comment).where(Comment.id == comment.id).values(status="published"))
    suspend(child)
    family.agree(child, "account", "publish")
    stories.relay()
    assert db.session.scalar(select(Idea.status).where(Idea.id == idea.id)) == "published"
    assert db.session.scalar(select(Comment.status).where(Comment.id == comment.id)) == "published"
    family.agree(child, "account")
    stories.relay()
    assert db.session.scalar(select(Idea.status).where(Idea.id == idea.id)) == "waiting_guardian"
    assert db.session.scalar(select(Comment.status).where(Comment.id == comment.id)) == "hidden"


def test_what_the_guardian_said_yes_to_meanwhile_counts_once_the_suspension_is_over(app):
    idea, child = factories.published_idea(), family.child()
    with transaction():
        voting.cast(child, idea.id, now())
    suspend(child)
    family.agree(child, "account")
    stories.relay()
    assert family.votes(idea) == 0
    with transaction():
        services.lift_due(now() + timedelta(days=8))
    stories.relay()
    assert family.votes(idea) == 1
    assert db.session.scalar(select(func.count()).select_from(HeldVote)) == 0
