"""Keys to the API: made by their owner, shown once, listed, revoked."""

import re

import pytest
from sqlalchemy import select, update

from portal.accounts import services
from portal.accounts.models import ApiToken, SignInSession
from portal.database import db, now, transaction
from tests import factories
from tests.portal.accounts import steps
from tests.queries import count_queries

pytestmark = pytest.mark.one_engine_each

PAGE = "/toi/bao-mat/ma-api"


def make(client, name="Bảng tin của trường"):
    page = client.get(PAGE).text
    hidden = dict(re.findall(r'name="(csrf_token|token)" value="([^"]+)"', page))
    return client.post(PAGE, data={**hidden, "name": name}), hidden


def issued():
    """One from the command line."""
    who = factories.member()
    with transaction():
        return services.issue_token(who, now())


def me(app, token):
    return app.test_client().get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).status_code


def test_a_token_is_made_once_shown_once_and_works(app, client):
    factories.sign_in(client, factories.member())
    answer, hidden = make(client)
    assert hidden["token"] in answer.text
    assert "Mã chỉ hiện lần này" in answer.text
    client.post(PAGE, data={**hidden, "name": "Bảng tin của trường"})  # sent twice
    assert len(db.session.scalars(select(ApiToken)).all()) == 1
    assert "Chưa dùng lần nào" in client.get(PAGE).text
    assert me(app, hidden["token"]) == 200
    page = client.get(PAGE).text
    assert hidden["token"] not in page
    assert "Dùng lần cuối" in page
    assert "Đã tạo một mã truy cập API" in client.get("/toi/bao-mat").text


def test_a_revoked_token_opens_nothing_from_then_on(app, client):
    factories.sign_in(client, factories.member())
    _, hidden = make(client)
    token_id = db.session.scalars(select(ApiToken.id)).one()
    client.post(f"{PAGE}/{token_id}/thu-hoi", data={"csrf_token": hidden["csrf_token"]})
    assert me(app, hidden["token"]) == 401
    assert "Chưa có mã nào" in client.get(PAGE).text


def test_anothers_token_is_left_alone(app, client):
    token = issued()
    factories.sign_in(client, factories.member())
    token_id = db.session.scalars(select(ApiToken.id)).one()
    client.post(f"{PAGE}/{token_id}/thu-hoi", data={"csrf_token": steps.form_token(client, "/toi/cai-dat")})
    assert me(app, token) == 200


def test_a_token_needs_a_name_and_a_fresh_sign_in(client):
    factories.sign_in(client, factories.member())
    answer, _ = make(client, name=" ")
    assert (answer.status_code, "Đặt tên cho mã này" in answer.text) == (422, True)
    db.session.execute(update(SignInSession).values(authenticated_at=now() - 11 * steps.MINUTE))
    assert client.get(PAGE).location == "/toi/xac-nhan"
    assert db.session.scalars(select(ApiToken)).all() == []


def test_ten_tokens_a_day_are_enough(client):
    factories.sign_in(client, factories.member())
    answers = [make(client)[0].status_code for _ in range(11)]
    assert answers == [200] * 10 + [429]


def test_the_last_use_is_written_at_most_once_an_hour(app):
    token = issued()
    me(app, token)
    with count_queries() as counted:
        me(app, token)
    assert not [one for one in counted.statements if one.startswith("UPDATE")]
