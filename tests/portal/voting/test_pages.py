"""The vote button, with and without script, signed in and not; and the same by API."""

import pytest

from portal.accounts import limits
from portal.accounts.models import PendingAction
from portal.database import db, now, transaction
from portal.ideas import queries
from portal.ideas import services as ideas
from tests import factories
from tests.forms import token_in
from tests.queries import count_queries


def votes(idea):
    return queries.show(idea.id, None).votes


@pytest.fixture
def member(client):
    who = factories.member()
    factories.sign_in(client, who)
    token = token_in(client.get("/gui-y-tuong").text)

    def press(idea, support, **more):
        headers = more.pop("headers", {})
        form = {"support": str(support), "back": "/y-tuong?sort=new#y-1", "csrf_token": token, **more}
        return client.post(f"/y-tuong/{idea.id}/ung-ho", data=form, headers=headers)

    press.who = who
    return press


def test_without_script_the_reader_comes_back_to_where_they_were(member):
    idea = factories.published_idea()
    answer = member(idea, 1)
    assert (answer.status_code, answer.location, votes(idea)) == (303, "/y-tuong?sort=new#y-1", 1)
    member(idea, 0)
    assert votes(idea) == 0


def test_the_wished_state_is_sent_so_twice_is_once(member):
    idea = factories.published_idea()
    member(idea, 1)
    member(idea, 1)
    assert votes(idea) == 1


def test_with_script_the_button_comes_back_as_it_is_now(member):
    idea = factories.published_idea()
    answer = member(idea, 1, size="page", headers={"HX-Request": "true"})
    assert 'aria-pressed="true"' in answer.text
    assert "Đã ủng hộ" in answer.text
    assert f'id="vote-page-{idea.id}"' in answer.text
    assert "<html" not in answer.text


@pytest.mark.parametrize("back", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"])
def test_nobody_is_led_elsewhere(member, back):
    assert member(factories.published_idea(), 1, back=back).location == "/"


def test_without_a_word_where_to_go_on_one_is_led_to_the_idea(member):
    idea = factories.published_idea()
    assert member(idea, 1, back="").location == f"/y-tuong/{idea.id}"


def test_beside_a_title_that_is_like_it_support_is_said_with_the_new_count(member):
    answer = member(factories.published_idea(), 1, size="twin", headers={"HX-Request": "true"})
    assert "Đã ủng hộ · 1" in answer.text
    assert "<form" not in answer.text


def test_a_refused_vote_says_why(member):
    own = factories.published_idea(member.who)
    answer = member(own, 1)
    assert answer.status_code == 403
    assert "Đây là ý của bạn" in answer.text
    fragment = member(own, 1, headers={"HX-Request": "true"})
    assert "<html" not in fragment.text


def test_a_vote_refused_in_place_leaves_the_button_as_it_is_and_says_why(member, monkeypatch):
    monkeypatch.setitem(limits.LIMITS, "vote:account", (1, 600))
    idea, other, gone = factories.published_idea(), factories.published_idea(), factories.idea("waiting")
    member(other, 1)
    refused = member(idea, 1, headers={"HX-Request": "true"})
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "600")
    assert f'id="vote-{idea.id}-button" aria-pressed="false"' in refused.text
    assert '<p class="msg" role="alert">Bạn thử hơi nhiều lần.' in refused.text
    assert 'aria-pressed="true"' in member(other, 0, headers={"HX-Request": "true"}).text
    assert "<form" not in member(gone, 1, headers={"HX-Request": "true"}).text


def test_a_visitor_is_told_at_once_where_a_merged_idea_has_gone(client):
    one, other, moderator = factories.published_idea(), factories.published_idea(), factories.member("moderator")
    with transaction():
        ideas.merge(one.id, other.id, 1, moderator, now())
    answer = client.post(f"/y-tuong/{one.id}/ung-ho", data={"support": "1"})
    assert answer.status_code == 409
    assert f"gộp vào «{other.title}»" in answer.text


def test_a_visitors_vote_is_held_and_leads_to_signing_in(client):
    idea = factories.published_idea()
    for _ in range(2):
        answer = client.post(f"/y-tuong/{idea.id}/ung-ho", data={"support": "1", "back": "/y-tuong#y-1"})
    assert answer.location.endswith("/dang-nhap")
    with client.session_transaction() as session:
        assert session["next"] == "/y-tuong#y-1"
        held = db.session.query(PendingAction).all()
        assert [(action.kind, action.target_id, action.visitor) for action in held] == [
            ("vote", idea.id, session["visitor"])
        ]
    assert votes(idea) == 0


@pytest.mark.parametrize("button", [("ung-ho", "support"), ("theo-doi", "follow")])
def test_who_takes_back_after_their_session_ended_is_not_taken_at_the_opposite(client, button):
    idea, (place, wish) = factories.published_idea(), button
    back = f"/y-tuong/{idea.id}"
    answer = client.post(f"{back}/{place}", data={wish: "0", "back": back})
    by_script = client.post(f"{back}/{place}", data={wish: "0", "back": back}, headers={"HX-Request": "true"})
    assert (answer.location, by_script.headers["HX-Redirect"]) == ("/dang-nhap", "/dang-nhap")
    assert db.session.query(PendingAction).count() == 0
    with client.session_transaction() as session:
        assert session["next"] == back


def test_a_visitor_cannot_hold_a_vote_for_what_they_may_not_know(client):
    idea = factories.idea("waiting")
    assert client.post(f"/y-tuong/{idea.id}/ung-ho", data={"support": "1"}).status_code == 404


def test_a_vote_from_another_site_is_refused(client, member):
    idea = factories.published_idea()
    assert member(idea, 1, headers={"Origin": "https://evil.example"}).status_code == 403
    assert client.post(f"/y-tuong/{idea.id}/ung-ho", data={"support": "1"}).status_code == 400  # no token
    assert votes(idea) == 0


def test_the_api_answers_the_same_however_often_it_is_asked(client):
    who, idea = factories.member(), factories.published_idea()
    key = factories.api_key(who)
    address = f"/api/v1/ideas/{idea.id}/vote"
    assert [client.put(address, headers=key).json for _ in range(2)] == [{"voted": True, "votes": 1}] * 2
    assert [client.delete(address, headers=key).json for _ in range(2)] == [{"voted": False, "votes": 0}] * 2
    assert client.put(address).status_code == 401
    assert client.put("/api/v1/ideas/999/vote", headers=key).status_code == 404


def test_a_vote_by_the_api_asks_whose_the_token_is_and_reads_no_more_of_them(client):
    key, idea = factories.api_key(factories.member()), factories.published_idea()
    client.get("/api/v1/me", headers=key)  # the use of the token is written
    with count_queries() as counted:
        client.put(f"/api/v1/ideas/{idea.id}/vote", headers=key)
    assert ["api_token" in one for one in counted.statements].index(True) == 0
    assert sum("INTO vote" in one or "UPDATE idea_rank" in one for one in counted.statements) == 2
    assert "display_name" not in "".join(counted.statements)


def test_by_the_api_too_an_idea_says_why_it_takes_no_support(client):
    who = factories.member()
    key, other = factories.api_key(who), factories.api_key(factories.member())
    own, waits = factories.published_idea(author=who), factories.idea(author=who)
    asked = [(own, key), (own, other), (waits, key), (waits, other)]
    answers = [client.put(f"/api/v1/ideas/{idea.id}/vote", headers=sent).status_code for idea, sent in asked]
    assert answers == [403, 200, 403, 404]


def test_a_visitor_sees_what_is_kept_and_nobody_else_does(client):
    idea, other = factories.published_idea(), factories.published_idea()
    before = client.get(f"/y-tuong/{idea.id}", follow_redirects=True)
    assert "Đang giữ" not in before.text
    assert before.headers["Cache-Control"] == "no-cache"
    client.post(f"/y-tuong/{idea.id}/ung-ho", data={"support": "1"})
    with count_queries() as counted:
        listed = client.get("/y-tuong")
    assert counted.n <= 5
    assert listed.text.count("Đang giữ") == 1
    assert "1 lượt ủng hộ đang chờ bạn đăng nhập" in listed.text
    assert listed.headers["Cache-Control"].startswith("private")
    assert "Đang giữ" not in client.get(f"/y-tuong/{other.id}", follow_redirects=True).text
    stranger = client.application.test_client().get("/y-tuong")
    assert "Đang giữ" not in stranger.text
    factories.sign_in(client, factories.member())
    assert "đang chờ bạn đăng nhập" not in client.get("/y-tuong").text


def test_a_page_that_says_the_database_is_away_does_not_ask_it_what_is_kept(broken_client):
    with broken_client.session_transaction() as session:
        session["visitor"] = "v" * 43
    assert broken_client.get("/y-tuong").status_code == 503
