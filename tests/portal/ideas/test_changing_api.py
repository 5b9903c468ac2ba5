"""The API: an idea is changed and withdrawn by its author."""

import pytest

from portal.database import now, transaction
from portal.ideas import queries, services
from tests import factories

LIST = "/api/v1/ideas"


def test_changing_keeps_what_is_left_out(client, who, key):
    idea = factories.idea("waiting", who, start="Một thùng.", unit="40")
    answer = client.patch(f"{LIST}/{idea.id}", json={"version": 1, "title": "Một cái tên khác hẳn"}, headers=key)
    assert (answer.status_code, answer.json["version"], answer.json["title"]) == (200, 2, "Một cái tên khác hẳn")
    assert (answer.json["start"], answer.json["unit"]) == ("Một thùng.", "40")


def test_changing_what_is_published_waits_beside_it(client, who, key):
    idea = factories.idea("published", who)
    change = {"version": 1, "title": "Một cái tên khác hẳn", "hide_old": True}
    answer = client.patch(f"{LIST}/{idea.id}", json=change, headers=key)
    assert (answer.status_code, answer.json["title"], answer.json["version"]) == (200, idea.title, 1)
    last = queries.last_sent(queries.show(idea.id, who))
    assert (last.content.title, last.hides_old) == ("Một cái tên khác hẳn", True)


def test_a_unit_can_be_taken_off(client, who, key):
    idea = factories.idea("waiting", who, unit="40")
    assert client.patch(f"{LIST}/{idea.id}", json={"version": 1, "unit": None}, headers=key).json["unit"] is None


def test_changing_an_old_version_is_a_conflict(client, who, key):
    idea = factories.idea("waiting", who)
    with transaction():
        services.revise(who, idea.id, 1, factories.content(), now())
    assert client.patch(f"{LIST}/{idea.id}", json={"version": 1}, headers=key).status_code == 409


@pytest.mark.parametrize("version", [None, "1", 1.5, True, 2**70, [1], {}])
def test_a_version_is_a_number(client, who, key, version):
    idea = factories.idea("waiting", who)
    assert client.patch(f"{LIST}/{idea.id}", json={"version": version}, headers=key).status_code in {409, 422}


def test_only_the_author_changes_and_withdraws(client, key):
    for status in ("waiting", "published"):
        idea = factories.idea(status)
        assert client.patch(f"{LIST}/{idea.id}", json={"version": 1}, headers=key).status_code == 404
        assert client.post(f"{LIST}/{idea.id}/withdraw", json={"reason": ""}, headers=key).status_code == 404


def test_withdrawing_once_is_enough(client, who, key):
    idea = factories.published_idea(who)
    address = f"{LIST}/{idea.id}/withdraw"
    assert client.post(address, json={"reason": "Xong rồi."}, headers=key).json["status"] == "withdrawn"
    assert client.post(address, json={"reason": "Xong rồi."}, headers=key).status_code == 409
    assert client.post(address, json={"reason": "x" * 501}, headers=key).status_code == 422
