"""What a visitor's browser has already is not sent again; a member's page is never kept at all."""

import pytest

from portal.database import now, transaction
from portal.voting import services as voting
from tests import factories

pytestmark = pytest.mark.one_engine_each


@pytest.mark.parametrize("encoding", ["br", "identity"])
@pytest.mark.parametrize("path", ["/y-tuong", "idea", "/feeds/ideas.atom"])
def test_an_unchanged_page_is_answered_without_a_body(client, path, encoding):
    idea = factories.published_idea()
    address = client.get(f"/y-tuong/{idea.id}").location if path == "idea" else path
    headers = {"Accept-Encoding": encoding}
    first = client.get(address, headers=headers)
    again = client.get(address, headers={**headers, "If-None-Match": first.headers["ETag"]})
    assert (first.status_code, again.status_code, again.data) == (200, 304, b"")
    assert "Cookie" in again.headers["Vary"]


def test_who_asks_for_the_head_alone_hears_of_the_same_page(client):
    factories.published_idea()
    assert client.head("/y-tuong").headers["ETag"] == client.get("/y-tuong").headers["ETag"]


def test_a_vote_changes_the_page(client):
    idea = factories.published_idea()
    tag = client.get("/y-tuong").headers["ETag"]
    who = factories.member()
    with transaction():
        voting.cast(who, idea.id, now())
    assert client.get("/y-tuong", headers={"If-None-Match": tag}).status_code == 200


def test_a_members_page_has_no_tag_and_is_not_stored(client):
    answer = factories.sign_in(client, factories.member()).get("/y-tuong")
    assert "ETag" not in answer.headers
    assert "no-store" in answer.headers["Cache-Control"]
