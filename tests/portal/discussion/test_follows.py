"""Following: asked for or begun by a comment, told, refused with one click; supporting is something else."""

import re

import pytest
from sqlalchemy import select

from portal.database import db, now
from portal.discussion import queries, services
from portal.discussion.models import Follow
from portal.errors import Missing, Refusal
from portal.ideas import services as ideas
from portal.voting import services as voting
from tests import factories
from tests.forms import token_in
from tests.portal.accounts import steps
from tests.queries import count_queries
from tests.transactions import run

pytestmark = pytest.mark.one_engine_each


def follows(who):
    return [
        (row.idea_id, row.automatic) for row in db.session.scalars(select(Follow).where(Follow.member_id == who.id))
    ]


def comment(who, idea, body="Thêm một vòi nước cạnh trạm là ổn."):
    return run(services.post, who, idea.id, body, now())


def test_following_twice_is_following_once(app):
    idea, who = factories.published_idea(), factories.member()
    for _ in range(2):
        run(services.follow, who, idea.id, now())
    assert follows(who) == [(idea.id, False)]
    for _ in range(2):
        run(services.unfollow, who, idea.id)
    assert follows(who) == []


@pytest.mark.parametrize(("status", "error"), [("waiting", Missing), ("hidden", Missing), ("withdrawn", Refusal)])
def test_only_what_is_public_can_be_followed(app, status, error):
    idea, who = factories.idea(status), factories.member()
    with pytest.raises(error):
        run(services.follow, who, idea.id, now())


def test_one_does_not_follow_ones_own_idea(app):
    who = factories.member()
    idea = factories.published_idea(who)
    with pytest.raises(Refusal):
        run(services.follow, who, idea.id, now())
    comment(who, idea)
    assert follows(who) == []


def test_the_first_comment_begins_to_follow_and_no_later_one(app):
    idea, who = factories.published_idea(), factories.member()
    comment(who, idea)
    assert follows(who) == [(idea.id, True)]
    run(services.unfollow, who, idea.id)
    comment(who, idea, "Hay là đặt hai vòi?")
    assert follows(who) == []


def test_who_asked_for_it_is_not_made_automatic_by_a_comment(app):
    idea, who = factories.published_idea(), factories.member()
    run(services.follow, who, idea.id, now())
    comment(who, idea)
    assert follows(who) == [(idea.id, False)]


def test_supporting_is_not_following(app):
    idea, who = factories.published_idea(), factories.member()
    run(voting.cast, who, idea.id, now())
    assert follows(who) == []


def test_followers_are_read_in_pages(app):
    idea = factories.published_idea()
    people = [factories.member() for _ in range(3)]
    for who in people:
        run(services.follow, who, idea.id, now())
    ids = sorted(who.id for who in people)
    assert queries.followers(idea.id, limit=2) == ids[:2]
    assert queries.followers(idea.id, after=ids[1], limit=2) == ids[2:]


# --- pages --------------------------------------------------------------------------------------


def page_of(client, idea):
    return client.get(f"/y-tuong/{idea.id}", follow_redirects=True).text


def press(client, idea, headers=None, **form):
    data = {"csrf_token": token_in(client.get("/toi").text), "back": f"/y-tuong/{idea.id}", **form}
    return client.post(f"/y-tuong/{idea.id}/theo-doi", data=data, headers=headers or {})


def test_the_button_works_as_a_form_and_in_place(client):
    idea, who = factories.published_idea(), factories.member()
    factories.sign_in(client, who)
    assert press(client, idea, follow="1").location == f"/y-tuong/{idea.id}"
    assert "Đang theo dõi" in page_of(client, idea)
    answer = press(client, idea, {"HX-Request": "true"}, follow="0", size="aside")
    assert answer.status_code == 200
    assert 'id="follow-aside"' in answer.text
    assert "Đang theo dõi" not in answer.text
    assert follows(who) == []


def test_an_automatic_follow_is_told_beside_a_button_that_ends_it(client):
    idea, who = factories.published_idea(), factories.member()
    factories.sign_in(client, who)
    assert "Bạn đã góp ý nên từ giờ bạn theo dõi ý này" not in page_of(client, idea)
    comment(who, idea)
    page = page_of(client, idea)
    told = page[page.index("Bạn đã góp ý nên từ giờ bạn theo dõi ý này") :]
    assert told.index('name="follow" value="0"') < told.index("Thôi theo dõi") < 700
    press(client, idea, follow="0")
    assert "Bạn đã góp ý nên" not in page_of(client, idea)
    assert follows(who) == []


def test_a_visitors_wish_is_held_and_done_on_arrival(client):
    idea = factories.published_idea(title="Tủ sách đi nhờ xe buýt")
    answer = client.post(f"/y-tuong/{idea.id}/theo-doi", data={"back": f"/y-tuong/{idea.id}"})
    assert answer.location == "/dang-nhap"
    assert "Theo dõi: Tủ sách đi nhờ xe buýt" in client.get("/dang-nhap").text
    assert client.post("/y-tuong/999999/theo-doi").status_code == 404
    who = factories.member(email="moi@example.vn")
    steps.arrive(client, "moi@example.vn")
    assert follows(who) == [(idea.id, False)]


def test_the_list_of_what_one_follows(client):
    who, other = factories.member(), factories.member()
    first, second, gone = (factories.published_idea(title=f"Ý tưởng đang được theo dõi số {n}") for n in range(3))
    for idea in (first, second, gone):
        run(services.follow, who, idea.id, now())
    run(services.follow, other, first.id, now())
    run(ideas.advance, gone.id, "hidden", None, now())
    factories.sign_in(client, who)
    with count_queries() as counted:
        page = client.get("/toi/theo-doi").text
    assert counted.n <= 5
    assert page.index(second.title) < page.index(first.title)
    assert gone.title not in page


def test_a_long_list_goes_on_by_a_link(client, monkeypatch):
    monkeypatch.setattr("portal.discussion.queries.follows.FOLLOWED", 1)
    who = factories.member()
    older, newer = factories.published_idea(), factories.published_idea()
    for idea in (older, newer):
        run(services.follow, who, idea.id, now())
    factories.sign_in(client, who)
    first = client.get("/toi/theo-doi").text
    link = re.search(r'href="(/toi/theo-doi\?after=[\d.-]+)"', first)[1]
    assert (newer.title in first, older.title in first) == (True, False)
    assert older.title in client.get(link).text
    run(services.unfollow, who, newer.id)
    assert older.title in client.get(link).text


def test_nothing_followed_yet_says_how(client):
    assert "Bạn chưa theo dõi ý nào" in factories.sign_in(client, factories.member()).get("/toi/theo-doi").text


def test_follow_by_api(client):
    idea, who = factories.published_idea(), factories.member()
    key = factories.api_key(who)
    address = f"/api/v1/ideas/{idea.id}/follow"
    for _ in range(2):
        assert client.put(address, headers=key).json == {"following": True}
    assert follows(who) == [(idea.id, False)]
    assert client.delete(address, headers=key).json == {"following": False}
    assert client.put("/api/v1/ideas/999999/follow", headers=key).status_code == 404
    assert client.put(address).status_code == 401
