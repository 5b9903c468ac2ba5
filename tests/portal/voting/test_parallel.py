"""Votes at once, on databases that really commit."""

import random
from concurrent.futures import ThreadPoolExecutor

from sqlalchemy import func, select

from portal.accounts import limits
from portal.accounts.models import RateHit
from portal.database import db, now, transaction
from portal.ideas.models import IdeaRank
from portal.voting import services as voting
from portal.voting.models import HeldVote, Vote
from tests import factories
from tests.portal.accounts import family
from tests.portal.notifications import stories

AT_ONCE = 10


def press(app, clicks):
    """Each click is (verb, member, idea id); the answers come in the same order."""

    def one(click):
        verb, who, idea_id = click
        with app.app_context():
            try:
                with transaction():
                    return verb(who, idea_id, now())
            finally:
                db.session.remove()

    with ThreadPoolExecutor(AT_ONCE) as pool:
        return list(pool.map(one, clicks))


def counted(idea_id):
    rows = db.session.scalar(select(func.count()).where(Vote.idea_id == idea_id))
    return rows, db.session.get_one(IdeaRank, idea_id, populate_existing=True).votes


def test_two_hundred_clicks_of_one_member_are_one_vote(fresh_app):
    with fresh_app.app_context():
        who, idea = factories.member(), factories.published_idea()
    answers = press(fresh_app, [(voting.cast, who, idea.id)] * 200)
    with fresh_app.app_context():
        assert counted(idea.id) == (1, 1)
        assert answers == [1] * 200


def test_two_hundred_clicks_of_a_child_whose_vote_is_held_are_one_vote_and_one_chance(fresh_app):
    with fresh_app.app_context():
        who, idea = family.child(), factories.published_idea()
    assert press(fresh_app, [(voting.cast, who, idea.id)] * 200) == [0] * 200
    with fresh_app.app_context():
        assert db.session.scalar(select(func.count()).select_from(HeldVote)) == 1
        assert db.session.scalar(select(func.count()).where(RateHit.key == f"vote:account:{who.id}")) == 1
        family.agree(who)
        family.confirm(who)
        stories.relay()
        assert counted(idea.id) == (1, 1)


def test_a_storm_of_giving_and_taking_back_leaves_counter_and_rows_equal(fresh_app, monkeypatch):
    monkeypatch.setitem(limits.LIMITS, "vote:account", (10_000, 600))
    chance = random.Random(5)
    with fresh_app.app_context():
        people, ideas = [factories.member() for _ in range(6)], [factories.published_idea() for _ in range(2)]
    verbs = (voting.cast, voting.take_back)
    press(fresh_app, [(chance.choice(verbs), chance.choice(people), chance.choice(ideas).id) for _ in range(300)])
    with fresh_app.app_context():
        for idea in ideas:
            rows, votes = counted(idea.id)
            assert rows == votes


def test_two_hundred_clicks_through_the_door_are_one_vote(fresh_app):
    with fresh_app.app_context():
        who, idea = factories.member(), factories.published_idea()
        key = factories.api_key(who)

    def click(_number):
        return fresh_app.test_client().put(f"/api/v1/ideas/{idea.id}/vote", headers=key)

    with ThreadPoolExecutor(AT_ONCE) as pool:
        answers = list(pool.map(click, range(200)))
    with fresh_app.app_context():
        assert counted(idea.id) == (1, 1)
        assert {answer.status_code for answer in answers} == {200}
        assert {answer.json["votes"] for answer in answers} == {1}
