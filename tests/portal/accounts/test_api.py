"""What a token's owner may ask about themselves."""

import pytest

from portal.accounts import services
from portal.database import now, transaction
from portal.voting import services as voting
from tests import factories


def ask(client, who, path):
    with transaction():
        token = services.issue_token(who, now())
    return client.get(f"/api/v1{path}", headers={"Authorization": f"Bearer {token}"})


def test_me_is_who_the_token_belongs_to(client):
    who = factories.member("moderator", name="Thu Hà")
    answer = ask(client, who, "/me").json
    assert (answer["display_name"], answer["email"], answer["role"], answer["unit"]) == (
        "Thu Hà",
        who.email,
        "moderator",
        None,
    )
    assert not {"birth_year", "birth_month", "password_hash", "id"} & set(answer)


def test_my_ideas_are_mine_in_whatever_state(client):
    who = factories.member()
    mine = [factories.idea("waiting", who, confidential="Chỉ người duyệt đọc."), factories.published_idea(who)]
    factories.published_idea()
    voter = factories.member()
    with transaction():
        voting.cast(voter, mine[1].id, now())
    for _ in range(2):
        factories.comment(mine[1])
    items = ask(client, who, "/me/ideas").json["items"]
    assert [(item["id"], item["status"]) for item in items] == [(mine[1].id, "published"), (mine[0].id, "waiting")]
    assert [(item["votes"], item["comments"]) for item in items] == [(1, 2), (0, 0)]
    assert items[1]["confidential"] == "Chỉ người duyệt đọc."


def test_my_ideas_come_in_pages(client):
    who = factories.member()
    wrote = [factories.idea("waiting", who).id for _ in range(3)]
    first = ask(client, who, "/me/ideas?limit=2").json
    second = ask(client, who, f"/me/ideas?limit=2&after={first['after']}").json
    assert [item["id"] for item in (*first["items"], *second["items"])] == wrote[::-1]
    assert second["after"] is None


@pytest.mark.parametrize(
    "query", ["after=x", "after=0", "after=99999999999999999999", "limit=0", "limit=101", "limit=x", "after="]
)
def test_a_page_that_makes_no_sense_is_422(client, query):
    answer = ask(client, factories.member(), f"/me/ideas?{query}")
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"


def test_an_empty_shelf_is_an_empty_list(client):
    assert ask(client, factories.member(), "/me/ideas").json == {"items": [], "after": None}
