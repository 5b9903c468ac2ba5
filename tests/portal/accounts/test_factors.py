"""The second step: what staff prove in production, and members if they wish to."""

import re

import pyotp
import pytest
from sqlalchemy import func, select

from portal.accounts.credentials import Authenticator
from portal.accounts.services import factors
from portal.database import db
from tests import factories
from tests.portal.accounts import steps

pytestmark = pytest.mark.one_engine_each

ROLES = ["juror", "moderator", "organiser", "admin"]


def secret_on(page):
    """The key as somebody types it who cannot use the camera."""
    return re.search(r'<b class="tnum">([A-Z2-7 ]+)</b>', page)[1].replace(" ", "")


def set_up(client, path, **more):
    """Read the page, type what an app with its key shows."""
    page = client.get(path).text
    token = page.partition('name="token" value="')[2].partition('"')[0]
    return client.post(path, data={"token": token, "code": pyotp.TOTP(secret_on(page)).now(), **more})


# --- staff in production ------------------------------------------------------------------------


@pytest.mark.parametrize("role", ROLES)
def test_staff_need_password_and_app(client, production, role):
    who = steps.staff(role)
    assert steps.type_password(client, who.email).location == "/dang-nhap/buoc-hai"
    assert not steps.is_in(client)
    assert steps.type_second(client, steps.app_code(who)).location == "/toi"
    assert steps.is_in(client)


@pytest.mark.parametrize("role", ROLES)
def test_the_code_from_the_letter_spares_neither(client, production, role):
    who = steps.staff(role)
    assert steps.arrive(client, who.email).location == "/dang-nhap/mat-khau"
    assert steps.type_password(client, who.email).location == "/dang-nhap/buoc-hai"
    for path in ("/toi", "/dang-ky", "/dang-nhap/ung-dung", "/dang-nhap/dat-mat-khau"):
        assert client.get(path).location in {"/dang-nhap/buoc-hai", "/dang-nhap"}
    assert steps.type_second(client, steps.app_code(who)).location == "/toi"


def test_new_staff_choose_a_password_and_set_up_an_app(client, production):
    who = factories.member("moderator")
    assert steps.arrive(client, who.email).location == "/dang-nhap/dat-mat-khau"
    assert client.post("/dang-nhap/dat-mat-khau", data={"password": "ngắn"}).status_code == 422
    chosen = client.post("/dang-nhap/dat-mat-khau", data={"password": steps.PASSWORD})
    assert chosen.location == "/dang-nhap/ung-dung"
    assert not steps.is_in(client)
    assert set_up(client, "/dang-nhap/ung-dung").location == "/toi/bao-mat/ma-du-phong"
    assert steps.is_in(client)
    assert len(set(steps.codes_shown(client))) == 10


def test_staff_with_a_password_only_prove_their_mailbox_before_they_set_up_an_app(client, production):
    """Whoever has just the password must not tie the account to a telephone of their own."""
    who = steps.staff(app=False)
    assert steps.type_password(client, who.email).location == "/dang-nhap/ma"
    assert client.get("/dang-nhap/ung-dung").location == "/dang-nhap/ma"
    assert steps.type_code(client, steps.code_for(who.email)).location == "/dang-nhap/ung-dung"


def test_a_new_letter_keeps_what_was_proven(client, production):
    who = steps.staff(app=False)
    steps.type_password(client, who.email)
    client.post("/dang-nhap/gui-lai")
    assert steps.type_code(client, steps.code_for(who.email)).location == "/dang-nhap/ung-dung"


def test_after_setting_up_one_goes_on_to_where_one_was_going(client, production):
    who = steps.staff(app=False)
    client.get("/dang-nhap?next=/kiem-duyet")
    steps.type_password(client, who.email)
    steps.type_code(client, steps.code_for(who.email))
    set_up(client, "/dang-nhap/ung-dung")
    assert 'href="/kiem-duyet"' in client.get("/toi/bao-mat/ma-du-phong").text


def test_who_forgot_the_password_needs_letter_and_app(client, production):
    who = steps.staff()
    there = factories.sign_in(client.application.test_client(), who)
    steps.arrive(client, who.email)
    assert "Quên mật khẩu? Đặt mật khẩu mới bằng bước hai" in client.get("/dang-nhap/mat-khau").text
    assert client.get("/dang-nhap/dat-mat-khau").location == "/dang-nhap/mat-khau"
    assert steps.type_second(client, steps.app_code(who)).location == "/dang-nhap/dat-mat-khau"
    assert client.post("/dang-nhap/dat-mat-khau", data={"password": "một câu khác hẳn"}).location == "/toi"
    assert not steps.is_in(there)


def test_another_members_password_proves_nothing(client, production):
    boss, other = steps.staff("admin"), steps.staff()
    steps.arrive(client, boss.email)
    assert steps.type_password(client, other.email).location == "/dang-nhap/buoc-hai"
    assert steps.type_second(client, steps.app_code(boss)).status_code == 422
    assert not steps.is_in(client)


def test_promoted_members_with_an_app_choose_their_password_by_it(client, production):
    who = steps.staff(password=None)
    assert steps.arrive(client, who.email).location == "/dang-nhap/buoc-hai"
    assert steps.type_second(client, steps.app_code(who)).location == "/dang-nhap/dat-mat-khau"


def test_staff_cannot_remove_their_last_factor(client, production):
    who = steps.staff()
    factories.sign_in(client, who)
    assert client.post("/toi/bao-mat/ung-dung/bo", data=steps.csrf(client)).status_code == 409
    assert queries_app(who) == 1


@pytest.mark.parametrize("role", ROLES)
def test_in_development_staff_may_leave_it_out(app, role):
    who = steps.staff(role, app=False)
    assert steps.type_password(app.test_client(), who.email).location == "/toi"
    assert steps.arrive(app.test_client(), who.email).location == "/toi"


# --- members --------------------------------------------------------------------------------------


def queries_app(who):
    return db.session.scalar(select(func.count()).where(Authenticator.member_id == who.id))


@pytest.mark.parametrize("way", ["password", "code"])
def test_a_member_with_an_app_is_asked_for_it_whichever_way_they_come(client, way):
    who = steps.staff("member")
    came = steps.type_password(client, who.email) if way == "password" else steps.arrive(client, who.email)
    assert came.location == "/dang-nhap/buoc-hai"
    assert steps.type_second(client, steps.app_code(who)).location == "/toi"


def test_a_member_turns_it_on_and_off(client):
    who = factories.member()
    factories.sign_in(client, who)
    assert "Đang tắt." in client.get("/toi/bao-mat").text
    wrong = client.post(
        "/toi/bao-mat/ung-dung",
        data={
            **steps.csrf(client),
            "token": steps.form_token(client, "/toi/bao-mat/ung-dung", "token"),
            "code": "000000",
        },
    )
    assert wrong.status_code == 422
    assert set_up(client, "/toi/bao-mat/ung-dung", **steps.csrf(client)).location == "/toi/bao-mat/ma-du-phong"
    assert "Đang bật." in client.get("/toi/bao-mat").text
    assert client.post("/toi/bao-mat/ung-dung/bo", data=steps.csrf(client)).location == "/toi/bao-mat"
    assert queries_app(who) == 0


def test_a_new_app_takes_the_place_of_the_old_one(client):
    who = steps.staff("member")
    factories.sign_in(client, who)
    old = steps.app_code(who)
    set_up(client, "/toi/bao-mat/ung-dung", **steps.csrf(client))
    assert queries_app(who) == 1
    assert steps.app_code(who) != old


@pytest.mark.parametrize("token", ["", "x", "a" * 44, "é" * 43])
def test_a_key_that_is_not_ours_is_not_taken(client, token):
    factories.sign_in(client, factories.member())
    page = client.post("/toi/bao-mat/ung-dung", data={**steps.csrf(client), "token": token, "code": "123456"})
    assert page.status_code == 422
    assert "Quét lại mã QR" in page.text


def test_the_picture_is_ours_and_the_key_is_not_in_the_database(client):
    who = factories.member()
    factories.sign_in(client, who)
    page = client.get("/toi/bao-mat/ung-dung").text
    assert "<svg" in page.partition('<div class="tc">')[2]
    assert "otpauth://totp/" in page
    set_up(client, "/toi/bao-mat/ung-dung", **steps.csrf(client))
    token = db.session.scalar(select(Authenticator.token))
    assert pyotp.TOTP(factors.secret_of(who.id, token, "test")).now() == steps.app_code(who)
    assert factors.secret_of(who.id, token, "another key") != factors.secret_of(who.id, token, "test")
