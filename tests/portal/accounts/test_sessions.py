"""Signed-in devices: they begin with a new token, end within a request, and no other site can use them."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from portal.accounts import services
from portal.accounts.models import SignInSession
from portal.database import db, now, transaction
from tests import factories
from tests.forms import token_in
from tests.portal.accounts import steps

pytestmark = pytest.mark.one_engine_each


def sid(client):
    return client.get_cookie("sid").value


def token(client):
    page = client.get("/toi/cai-dat").text
    return token_in(page)


def sign_out(client, **more):
    return client.post("/dang-xuat", data={"csrf_token": token(client), **more})


def move(**ages):
    values = {name: now() - age for name, age in ages.items()}
    with transaction():
        db.session.execute(update(SignInSession).values(**values))


def test_every_sign_in_begins_a_new_session(app):
    who = factories.member()
    for _ in range(2):
        client = app.test_client()
        steps.arrive(client, who.email)
        assert steps.is_in(client)
    hashes = db.session.scalars(select(SignInSession.token_hash)).all()
    assert len(set(hashes)) == 2


def test_a_cookie_planted_before_signing_in_is_worth_nothing_afterwards(app):
    victim, attacker = app.test_client(), app.test_client()
    attacker.get("/dang-nhap")
    victim.set_cookie("sid", sid(attacker))
    steps.arrive(victim, factories.member().email)
    assert steps.is_in(victim)
    assert not steps.is_in(attacker)


def test_signing_out_ends_the_session_on_the_server_too(client):
    steps.arrive(client, factories.member().email)
    copied = sid(client)
    assert sign_out(client).location == "/"
    assert not steps.is_in(client)
    client.set_cookie("sid", copied)
    assert not steps.is_in(client)


def test_signing_out_of_one_device_leaves_the_other(app):
    who = factories.member()
    here, there = factories.sign_in(app.test_client(), who), factories.sign_in(app.test_client(), who)
    sign_out(here)
    assert not steps.is_in(here)
    assert steps.is_in(there)


def test_signing_out_everywhere_ends_every_session_within_a_request(app):
    who, other = factories.member(), factories.member()
    mine = [factories.sign_in(app.test_client(), who) for _ in range(3)]
    stranger = factories.sign_in(app.test_client(), other)
    assert mine[0].get("/toi/bao-mat").text.count("Dùng vừa xong") == 3
    sign_out(mine[0], everywhere="1")
    assert [steps.is_in(client) for client in mine] == [False, False, False]
    assert steps.is_in(stranger)


def test_signing_out_twice_does_no_harm(client):
    assert client.post("/dang-xuat").location == "/"


def test_a_suspended_member_is_out_within_a_request(client):
    who = factories.member()
    factories.sign_in(client, who)
    with transaction():
        who.status = "suspended"
    assert not steps.is_in(client)


@pytest.mark.parametrize(
    ("role", "ages", "lives"),
    [
        ("member", {"last_seen_at": timedelta(days=13)}, True),
        ("member", {"last_seen_at": timedelta(days=15)}, False),
        ("member", {"created_at": timedelta(days=31)}, False),
        ("moderator", {"last_seen_at": timedelta(minutes=29)}, True),
        ("moderator", {"last_seen_at": timedelta(minutes=31)}, False),
        ("moderator", {"created_at": timedelta(hours=13)}, False),
    ],
)
def test_a_session_left_alone_or_too_old_ends(client, role, ages, lives):
    factories.sign_in(client, factories.member(role))
    move(**ages)
    assert steps.is_in(client) is lives


def test_the_cookie_lives_on_while_it_is_used(client):
    steps.arrive(client, factories.member().email)
    client.get("/tro-giup")
    assert client.get("/tro-giup").headers.get("Set-Cookie") is None
    move(last_seen_at=timedelta(minutes=2))
    assert "Expires=" in client.get("/tro-giup").headers["Set-Cookie"]


@pytest.mark.parametrize("cookie", ["", "x", "x.y.z", "a" * 4000, "eyJfdXNlcl9pZCI6IjEifQ.AAAAAA.AAAA"])
def test_a_forged_cookie_is_no_session(client, cookie):
    client.set_cookie("sid", cookie)
    assert client.get("/toi").location == "/dang-nhap"
    assert client.get("/dang-nhap").status_code == 200


def test_only_the_hash_of_the_token_is_kept(client):
    steps.arrive(client, factories.member().email)
    with client.session_transaction() as session:
        carried = session["_user_id"]
    assert carried not in db.session.scalars(select(SignInSession.token_hash)).all()


# --- other sites and old forms ------------------------------------------------------------------


def test_a_change_without_the_token_comes_back_as_a_form_with_what_was_typed(client):
    factories.sign_in(client, factories.member())
    page = client.post("/toi/cai-dat", data={"display_name": "Tên Gõ Dở", "unit": "", "language": "vi"})
    assert page.status_code == 400
    assert 'value="Tên Gõ Dở"' in page.text
    assert 'name="csrf_token"' in page.text
    assert "Tên Gõ Dở" not in client.get("/toi").text


def test_a_password_is_not_put_back_into_a_page(client):
    factories.sign_in(client, factories.member())
    assert "tuyệt mật" not in client.post("/toi/mat-khau", data={"password": "tuyệt mật hôm nay"}).text


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site", "Authorization": "Bearer x"},
    ],
)
def test_another_site_changes_nothing(client, headers):
    who = factories.member(name="Tên Cũ")
    factories.sign_in(client, who)
    data = {"display_name": "Tên Mới", "unit": "", "language": "vi", "csrf_token": token(client)}
    assert client.post("/toi/cai-dat", data=data, headers=headers).status_code == 403
    assert client.post("/dang-nhap", data={"email": "a@x.vn"}, headers=headers).status_code == 403
    assert "Tên Cũ" in client.get("/toi").text


def test_a_bearer_header_does_not_spare_a_page_the_token(client):
    factories.sign_in(client, factories.member())
    page = client.post("/toi/cai-dat", data={"display_name": "Tên Mới"}, headers={"Authorization": "Bearer x"})
    assert page.status_code == 400


def test_what_was_typed_while_the_session_ran_out_is_not_lost(client):
    factories.sign_in(client, factories.member())
    form = {"display_name": "Gõ rất lâu", "unit": "", "language": "vi", "csrf_token": token(client)}
    move(last_seen_at=timedelta(days=15))
    page = client.post("/toi/cai-dat", data=form)
    assert page.status_code == 403
    assert "Đăng nhập lại để gửi" in page.text
    assert 'value="Gõ rất lâu"' in page.text


def test_a_button_pressed_after_the_session_ran_out_takes_the_whole_page_to_signing_in(client):
    page = client.get("/toi", headers={"HX-Request": "true"})
    assert page.headers["HX-Redirect"] == "/dang-nhap"


def test_pages_of_members_are_kept_by_no_cache(client):
    factories.sign_in(client, factories.member())
    assert client.get("/toi").headers["Cache-Control"] == "private, no-store"


# --- the API ------------------------------------------------------------------------------------


def test_the_api_says_401_and_how_to_sign_in(client):
    answer = client.get("/api/v1/me")
    assert answer.status_code == 401
    assert answer.content_type == "application/problem+json"
    assert answer.headers["WWW-Authenticate"] == "Bearer"
    assert answer.json["detail"] == "Bạn cần đăng nhập để làm việc này."


def test_a_wrong_token_is_said_to_be_wrong_even_where_none_is_needed(client):
    for path in ("/api/v1/me", "/api/v1/fields"):
        answer = client.get(path, headers={"Authorization": "Bearer wrong"})
        assert answer.status_code == 401


def test_a_token_is_judged_alone_not_with_a_cookie(client):
    who, other = factories.member(), factories.member()
    factories.sign_in(client, other)
    with transaction():
        bearer = services.issue_token(who, now())
    answer = client.get("/api/v1/me", headers={"Authorization": f"bearer {bearer}"})
    assert answer.json["handle"] == who.handle


def test_a_token_opens_no_page(client):
    who = factories.member()
    with transaction():
        bearer = services.issue_token(who, now())
    assert client.get("/toi", headers={"Authorization": f"Bearer {bearer}"}).location == "/dang-nhap"
