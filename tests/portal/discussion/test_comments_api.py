"""Comments by the API."""

import pytest

from tests import factories


def test_comments_by_api(client):
    idea, who = factories.published_idea(), factories.member(name="Quốc Huy")
    key = factories.api_key(who)
    address = f"/api/v1/ideas/{idea.id}/comments"
    head = client.post(address, json={"body": "Hay quá"}, headers=key)
    answer = client.post(address, json={"body": "Thật vậy", "parent": head.json["id"]}, headers=key)
    assert (head.status_code, answer.json["parent"]) == (201, head.json["id"])
    first = client.get(f"{address}?limit=1").json
    second = client.get(f"{address}?limit=1&after={first['after']}").json
    assert [page["items"][0]["body"] for page in (first, second)] == ["Hay quá", "Thật vậy"]
    assert second["after"] is None
    assert first["items"][0]["author"]["display_name"] == "Quốc Huy"


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"body": ""},
        {"body": 5},
        {"body": "xx", "parent": "1"},
        {"body": "xx", "parent": 2**70},
        {"body": "xx", "status": "published"},
    ],
)
def test_a_faulty_comment_by_api_is_refused(client, body):
    idea, who = factories.published_idea(), factories.member()
    key = factories.api_key(who)
    assert client.post(f"/api/v1/ideas/{idea.id}/comments", json=body, headers=key).status_code == 422


def test_comments_of_what_is_not_public_are_not_found(client):
    assert client.get(f"/api/v1/ideas/{factories.idea('waiting').id}/comments").status_code == 404
    assert (
        client.post(f"/api/v1/ideas/{factories.published_idea().id}/comments", json={"body": "xx"}).status_code == 401
    )
