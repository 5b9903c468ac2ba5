"""Pictures and documents over the API."""

import pytest
from sqlalchemy import func, select

from portal.attachments.models import Attachment
from portal.database import db
from tests import factories
from tests.portal.attachments import pictures

pytestmark = pytest.mark.one_engine_each


@pytest.fixture
def who(app):
    return factories.member()


@pytest.fixture
def key(who):
    return factories.api_key(who)


def send(client, idea, key, content=None, name="anh.jpg", alt="Cổng trường nhìn từ đường"):
    body, path = pictures.multipart({"alt": alt}, content, name), f"/api/v1/ideas/{idea.id}/files"
    return client.post(path, data=body, headers=key, content_type=pictures.MULTIPART, buffered=True)


def test_what_is_attached_is_listed_fetched_and_taken_away(app, client, who, key):
    idea = factories.idea("waiting", who)
    sent = send(client, idea, key, pictures.with_place())
    assert sent.status_code == 201
    assert (sent.json["kind"], sent.json["width"], sent.json["height"]) == ("image", 480, 640)
    listed = client.get(f"/api/v1/ideas/{idea.id}/files", headers=key).json["items"]
    assert listed == [sent.json]
    fetched = client.get(sent.json["url"], headers=key, buffered=True)
    assert fetched.content_type == "image/webp"
    assert b"Telephone" not in fetched.data
    stranger = app.test_client()
    for path in (f"/api/v1/ideas/{idea.id}/files", sent.json["url"]):
        assert stranger.get(path).status_code == 404
    other = factories.api_key(factories.member())
    assert client.delete(f"/api/v1/files/{sent.json['token']}", headers=other).status_code == 404
    assert client.delete(f"/api/v1/files/{sent.json['token']}", headers=key).status_code == 204
    assert client.get(f"/api/v1/ideas/{idea.id}/files", headers=key).json == {"items": []}


def test_everybody_sees_the_files_of_a_public_idea_and_nobody_adds_to_it(client, who, key):
    idea = factories.published_idea(who)
    assert client.get(f"/api/v1/ideas/{idea.id}/files").json == {"items": []}
    assert send(client, idea, key, pictures.PDF, "x.pdf", alt="").status_code == 409
    assert send(client, factories.idea("waiting"), key, pictures.PDF, "x.pdf").status_code == 404


def test_what_a_picture_shows_is_said_anew(client, who, key):
    idea = factories.idea("waiting", who)
    sent = send(client, idea, key, pictures.picture()).json
    path = f"/api/v1/files/{sent['token']}"
    said = client.patch(path, json={"alt": "Cổng trường ngập nước"}, headers=key)
    assert (said.status_code, said.json) == (200, {**sent, "alt": "Cổng trường ngập nước"})
    assert client.get(f"/api/v1/ideas/{idea.id}/files", headers=key).json["items"] == [said.json]
    assert client.get(f"/api/v1/ideas/{idea.id}", headers=key).json["version"] == 3
    for wrong in ({}, {"alt": ""}, {"alt": "x" * 201}):
        answer = client.patch(path, json=wrong, headers=key)
        assert (answer.status_code, list(answer.json["errors"])) == (422, ["alt"])
    other = factories.api_key(factories.member())
    assert client.patch(path, json={"alt": "Không phải của tôi"}, headers=other).status_code == 404


@pytest.mark.parametrize(
    ("sent", "status", "field"),
    [
        ({"content": None}, 422, "file"),
        ({"content": b"<svg onload=alert(1)>"}, 422, "file"),
        ({"content": pictures.picture(), "alt": ""}, 422, "alt"),
        ({"content": bytes(12 * 1024 * 1024)}, 413, None),
    ],
    ids=["nothing", "svg", "untold", "too large"],
)
def test_what_is_wrong_is_said_as_a_problem(client, who, sent, status, field):
    answer = send(client, factories.idea("waiting", who), factories.api_key(who), **sent)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert field is None or list(answer.json["errors"]) == [field]
    assert db.session.scalar(select(func.count()).select_from(Attachment)) == 0
