"""So much support is told of, once; and how long an idea takes support. Both are off unless an installation asks for them."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from portal.campaigns import services as campaigns
from portal.database import db, now, transaction
from portal.errors import Refusal
from portal.ideas.models import Idea
from portal.notices.models import Notice
from portal.settings import ZONE
from portal.units.queries import reference
from portal.voting import goals
from portal.voting import services as voting
from portal.voting.models import SupportGoal
from portal.web.fields import midnight
from tests import factories
from tests.forms import token_in
from tests.portal.notifications import stories
from tests.queries import count_queries

GOAL, MONTHS = 2, 6


@pytest.fixture
def portal(app, monkeypatch):
    settings = replace(app.config["SETTINGS"], support_goal=GOAL, support_months=MONTHS)
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    return app


def cast(idea, who=None, verb=voting.cast):
    who = who or factories.member()
    with transaction():
        verb(who, idea.id, now())
    return who


def told():
    stories.relay()
    kinds = ("goal", "goal_unit")
    return {(row.member_id, row.kind) for row in db.session.scalars(select(Notice).where(Notice.kind.in_(kinds)))}


def test_the_goal_is_told_of_once_to_those_who_wrote_it_and_those_who_organise_there(portal):
    unit = reference().unit_by_code["40"]
    officer, _elsewhere = (
        factories.member("organiser", unit_id=reference().unit_by_code[code].id) for code in ("40", "48")
    )
    idea = factories.published_idea(unit=unit.code)
    first = cast(idea)
    assert told() == set()
    cast(idea)
    assert told() == {(idea.author_id, "goal"), (officer.id, "goal_unit")}
    cast(idea, first, voting.take_back)
    cast(idea, first)
    assert len(told()) == 2
    assert db.session.scalars(select(SupportGoal.goal)).all() == [GOAL]


def test_a_campaign_may_ask_for_more_or_for_nothing(portal):
    moment, names = now(), {"vi": "Cuộc thi đủ ủng hộ", "en": "A contest of support"}
    for slug, goal in (("ba", 3), ("khong", 0)):
        with transaction():
            campaigns.add(slug, names, names, moment - timedelta(days=1), moment + timedelta(days=1), support_goal=goal)
    three, none = factories.published_idea(campaign="ba"), factories.published_idea(campaign="khong")
    for idea in (three, none):
        for _ in range(2):
            cast(idea)
    assert told() == set()
    cast(three)
    assert {member for member, kind in told() if kind == "goal"} == {three.author_id}


def test_support_that_moves_here_may_jump_over_the_goal(portal):
    one, other = factories.published_idea(), factories.published_idea()
    for _ in range(GOAL + 1):
        cast(one)
    with transaction():
        voting.move(one.id, other.id, ())
    assert set(db.session.scalars(select(SupportGoal.idea_id))) == {one.id, other.id}


def test_the_page_says_how_far_it_is_and_keeps_when_it_was(portal, client):
    idea = factories.published_idea()
    path = f"/y-tuong/{idea.id}"
    cast(idea)
    assert "1/2: đủ thì đơn vị được báo" in client.get(path, follow_redirects=True).text
    cast(idea)
    page = client.get(path, follow_redirects=True).text
    assert "đủ thì đơn vị được báo" not in page
    assert "Đủ 2 ủng hộ để đơn vị được báo" in page
    assert "Đủ 2 ủng hộ" in page


def test_after_so_many_months_support_is_refused_but_what_was_given_stands(portal, client):
    idea = factories.published_idea()
    early = cast(idea)
    with transaction():
        long_ago = now() - timedelta(days=31 * MONTHS)
        db.session.execute(update(Idea).where(Idea.id == idea.id).values(published_at=long_ago))
    for who in (factories.member(), factories.member()):
        with pytest.raises(Refusal) as refused:
            cast(idea, who)
        assert (refused.value.status, refused.value.message) == (409, "Ý này đã hết thời gian nhận ủng hộ.")
    cast(idea, early)
    assert "Ý này đã hết thời gian nhận ủng hộ." in client.get(f"/y-tuong/{idea.id}", follow_redirects=True).text
    answer = client.post(f"/y-tuong/{idea.id}/ung-ho", data={"support": "1"})
    assert answer.status_code == 409
    cast(idea, early, voting.take_back)


def test_off_nothing_is_told_and_nothing_ends(app, client):
    idea = factories.published_idea(at=now() - timedelta(days=4000))
    for _ in range(GOAL):
        cast(idea)
    assert told() == set()
    assert "đủ thì đơn vị được báo" not in client.get(f"/y-tuong/{idea.id}", follow_redirects=True).text


def test_cards_show_how_far_it_is_and_nothing_moves_when_the_last_one_comes(portal, client):
    idea, _other = factories.published_idea(), factories.published_idea()
    cast(idea)
    reader = factories.sign_in(client, factories.member())
    reader.get("/y-tuong")
    with count_queries() as counted:
        page = reader.get("/y-tuong?sort=top").text
    assert counted.n <= 5, counted.statements
    card, second = re.findall(r"<article.*?</article>", page, re.DOTALL)
    assert ('<progress max="2" value="1" aria-label="1 trên 2 ủng hộ">' in card, 'value="0"' in second) == (True, True)
    assert "mục tiêu: 2 ủng hộ" in card
    csrf = {"HX-Request": "true", "X-CSRFToken": token_in(page)}
    after = reader.post(f"/y-tuong/{idea.id}/ung-ho", data={"support": "1", "size": "card"}, headers=csrf).text
    assert '<progress max="2" value="2" aria-label="2 trên 2 ủng hộ">' in after
    before = re.search(r"<form.*?</form>", card, re.DOTALL)[0]
    assert re.findall(r"<(\w+)", after) == re.findall(r"<(\w+)", before)


def test_where_no_support_is_taken_or_no_goal_holds_the_card_shows_none(portal, client):
    moment = now()
    factories.campaign("het", opens_at=moment - timedelta(days=9), closes_at=moment - timedelta(days=1))
    factories.campaign("khong", support_goal=0)
    for slug in ("het", "khong"):
        factories.published_idea(campaign=slug)
    page = client.get("/y-tuong").text
    assert ("<progress" in page, "mục tiêu" in page) == (False, False)


def test_the_page_of_an_idea_that_is_hidden_shows_no_goal(portal, client):
    who = factories.member()
    idea = factories.published_idea(who)
    cast(idea)
    with transaction():
        db.session.execute(update(Idea).where(Idea.id == idea.id).values(status="hidden"))
    factories.sign_in(client, who)
    page = client.get(f"/y-tuong/{idea.id}", follow_redirects=True).text
    assert ("<progress" in page, "đủ thì đơn vị được báo" in page) == (False, False)


@pytest.mark.parametrize(
    "published",
    [
        datetime(2026, 1, 15, 9, 30, tzinfo=UTC),
        datetime(2025, 8, 31, 9, 30, tzinfo=UTC),
        datetime(2025, 6, 29, tzinfo=UTC),
    ],
)
def test_the_end_it_names_is_the_moment_from_which_support_is_refused(portal, published):
    end = goals.end_of(None, published)
    assert goals.refusal(published, end - timedelta(microseconds=1)) is None
    assert goals.refusal(published, end) is not None


def test_the_page_says_until_when_and_the_campaigns_own_end_comes_first(portal, client):
    alone, last_day = factories.published_idea(), now().astimezone(ZONE).date() + timedelta(days=2)
    factories.campaign("ngan", support_ends_at=midnight(last_day, 1))
    entry = factories.published_idea(campaign="ngan")
    end = goals.end_of(None, alone.published_at).astimezone(ZONE)
    for idea, said in ((alone, f"{end:%H:%M %d/%m/%Y}"), (entry, f"hết {last_day:%d/%m/%Y}")):
        assert f"Nhận ủng hộ đến {said}" in client.get(f"/y-tuong/{idea.id}", follow_redirects=True).text
