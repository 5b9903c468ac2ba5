"""Asking to stand under somebody's idea: the author says yes or no, and nobody is asked twice."""

import pytest
from sqlalchemy import select

from portal.database import db, now, transaction
from portal.errors import Conflict, Missing, Refusal
from portal.ideas import queries
from portal.ideas.models import IdeaAuthor
from portal.ideas.services import coauthors, joining
from portal.notices.models import Notice
from portal.outbox import services as outbox
from portal.voting import services as voting
from tests import factories
from tests.forms import send
from tests.portal.accounts import family
from tests.transactions import run
from worker.reactions import REACTIONS

pytestmark = pytest.mark.one_engine_each


@pytest.fixture
def author(app):
    return factories.member(name="Minh Anh")


@pytest.fixture
def friend(app):
    return factories.member(name="Quốc Huy")


def state(idea, who):
    return db.session.scalar(
        select(IdeaAuthor.state).where(IdeaAuthor.idea_id == idea.id, IdeaAuthor.member_id == who.id)
    )


def told(who):
    outbox.relay(REACTIONS)
    return db.session.scalars(select(Notice.kind).where(Notice.member_id == who.id)).all()


def test_one_asks_and_is_there_after_a_yes(app, client, author, friend):
    idea = factories.published_idea(author, confidential="Công thức mình chưa kể ai")
    run(voting.cast, friend, idea.id, now())
    page = f"/y-tuong/{idea.id}/dong-tac-gia"
    factories.sign_in(client, friend)
    assert "Xin cùng đứng tên" in client.get(page).text
    for _ in range(2):
        assert send(client, f"{page}/hoi", ask=1).status_code == 303
    assert "Chờ tác giả trả lời" in client.get(page).text
    assert "Chờ tác giả trả lời" in client.get("/toi/dong-tac-gia").text
    assert "Công thức mình chưa kể ai" not in client.get(f"/y-tuong/{idea.id}", follow_redirects=True).text
    assert told(author) == ["asked"]

    theirs = factories.sign_in(app.test_client(), author)
    assert "1 bạn muốn cùng đứng tên" in theirs.get(f"/y-tuong/{idea.id}", follow_redirects=True).text
    assert "Quốc Huy" in theirs.get(page).text
    assert page in theirs.get("/toi/thong-bao").text
    send(theirs, f"{page}/nhan", member=friend.id, answer="yes")
    assert [one.display_name for one in queries.show(idea.id, None).coauthors] == ["Quốc Huy"]
    assert told(friend) == ["admitted"]
    assert queries.show(idea.id, None).votes == 0
    assert "Công thức mình chưa kể ai" in client.get(f"/y-tuong/{idea.id}", follow_redirects=True).text


def test_a_no_is_kept_and_a_wish_can_be_taken_back(client, author, friend):
    idea = factories.published_idea(author)
    run(joining.ask, friend, idea.id, now())
    run(joining.take_back, friend, idea.id)
    assert state(idea, friend) is None
    run(joining.ask, friend, idea.id, now())
    run(joining.turn_down, author, idea.id, friend.id, now())
    assert told(friend) == []
    with pytest.raises(Refusal, match="không hỏi lại được"):
        run(joining.ask, friend, idea.id, now())
    with pytest.raises(Missing):
        run(joining.admit, author, idea.id, friend.id, now())


def test_only_the_author_answers_and_only_whoever_asked_is_there(client, author, friend):
    idea, stranger = factories.published_idea(author), factories.member()
    run(joining.ask, friend, idea.id, now())
    for verb in (joining.admit, joining.turn_down):
        with pytest.raises(Missing):
            run(verb, friend, idea.id, friend.id, now())
        with pytest.raises(Missing):
            run(verb, author, idea.id, stranger.id, now())
    page = factories.sign_in(client, stranger).get(f"/y-tuong/{idea.id}/dong-tac-gia").text
    assert "Quốc Huy" not in page
    assert send(client, f"/y-tuong/{idea.id}/dong-tac-gia/nhan", member=friend.id, answer="yes").status_code == 404
    assert state(idea, friend) == "asked"


def test_what_cannot_be_asked_for(author, friend):
    waiting = factories.idea("waiting", author)
    with pytest.raises(Missing):
        run(joining.ask, friend, waiting.id, now())
    with pytest.raises(Refusal, match="đã là tác giả"):
        run(joining.ask, author, factories.published_idea(author).id, now())
    with pytest.raises(Refusal, match="phụ huynh"):
        run(joining.ask, family.child(), factories.published_idea(author).id, now())


def test_there_is_no_room_for_more_than_five(author, friend):
    idea = factories.published_idea(author)
    for n in range(coauthors.MOST):
        run(coauthors.invite, author, idea.id, f"ban{n}@moi.vn", now())
    run(joining.ask, friend, idea.id, now())
    with pytest.raises(Refusal, match="nhiều nhất"):
        run(joining.admit, author, idea.id, friend.id, now())


def test_whoever_may_no_longer_publish_is_not_let_in(author, friend):
    idea = factories.published_idea(author)
    run(joining.ask, friend, idea.id, now())
    with transaction():
        friend.status = "suspended"
    with pytest.raises(Conflict):
        run(joining.admit, author, idea.id, friend.id, now())
