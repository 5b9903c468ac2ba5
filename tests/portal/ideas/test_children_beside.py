"""Children beside others' ideas: what was taken back takes them away, and with the yes they may come back."""

import pytest
from sqlalchemy import select

from portal.database import db, now
from portal.errors import Missing
from portal.ideas import queries
from portal.ideas.models import Idea, IdeaAuthor
from portal.ideas.services import coauthors, joining
from portal.notifications.models import Letter
from portal.outbox.models import Fact
from tests import factories
from tests.portal.accounts import family
from tests.portal.notifications import stories
from tests.transactions import run

pytestmark = pytest.mark.one_engine_each


def names(idea):
    return [one.id for one in queries.show(idea.id, None).coauthors]


def child_beside(idea, author):
    child = family.allowed_child(email="con@example.vn")
    run(coauthors.invite, author, idea.id, f"@{child.handle}", now())
    run(coauthors.accept, child, idea.id, now())
    stories.relay()
    return child


@pytest.fixture
def author(app):
    return factories.member()


def test_an_invitation_to_an_address_never_keeps_a_guardians_no_from_its_effect(author):
    idea = factories.published_idea(author)
    child = child_beside(idea, author)
    own = factories.published_idea(child)
    run(coauthors.invite, author, idea.id, "con@example.vn", now())  # the same person, in other words
    family.agree(child, "account", "publish")
    stories.relay()
    assert names(idea) == [child.id]
    family.agree(child, "account")
    stories.relay()
    assert db.session.scalars(select(Fact.last_error).where(Fact.attempts > 1)).all() == []
    assert db.session.scalar(select(Idea.status).where(Idea.id == own.id)) == "waiting_guardian"
    assert names(idea) == []
    assert [row.invited_as for row in queries.unanswered(idea.id)] == ["con@example.vn"]  # as the author typed it


def test_an_invitation_waits_for_the_yes_without_which_it_cannot_be_accepted(author):
    idea, child = factories.published_idea(author), family.child(email="con@example.vn")
    run(coauthors.invite, author, idea.id, "con@example.vn", now())
    family.agree(child, "account")
    family.confirm(child)
    stories.relay()
    assert queries.beside_of(child.id) == []
    family.agree(child)
    family.confirm(child)
    stories.relay()
    assert [one.id for one in queries.beside_of(child.id)] == [idea.id]
    assert db.session.scalar(select(Letter.kind).where(Letter.kind == "co_author_invited"))


@pytest.mark.parametrize("again", ["asked", "asks"])
def test_who_had_to_go_may_come_back_once_it_is_allowed_again(author, again):
    idea = factories.published_idea(author)
    child = child_beside(idea, author)
    family.agree(child, "account")
    stories.relay()
    family.agree(child)
    family.confirm(child)
    stories.relay()
    assert names(idea) == []  # nobody stands there again without a yes of their own
    if again == "asked":
        run(coauthors.invite, author, idea.id, f"@{child.handle}", now())
        run(coauthors.accept, child, idea.id, now())
    else:
        run(joining.ask, child, idea.id, now())
        run(joining.admit, author, idea.id, child.id, now())
    assert names(idea) == [child.id]


def test_a_request_goes_with_the_yes_it_needs(author):
    idea, child = factories.published_idea(author), family.allowed_child()
    run(joining.ask, child, idea.id, now())
    family.agree(child, "account")
    stories.relay()
    assert queries.show(idea.id, author).asking == ()


def test_who_said_no_is_not_asked_again_by_a_change_of_consent(author):
    idea = factories.published_idea(author)
    child = child_beside(idea, author)
    run(coauthors.decline, child, idea.id, now())
    run(coauthors.invite, author, idea.id, "con@example.vn", now())
    family.agree(child, "account", "publish")
    stories.relay()
    assert db.session.scalars(select(IdeaAuthor.state).where(IdeaAuthor.member_id == child.id)).all() == ["declined"]
    with pytest.raises(Missing):
        run(coauthors.accept, child, idea.id, now())
