"""The digits of an app and the codes on paper: which count, and how often."""

import re
from datetime import timedelta
from unittest.mock import patch

import pytest
from sqlalchemy import func, select, update

from portal.accounts.credentials import RecoveryCode
from portal.accounts.models import SignInAttempt
from portal.accounts.services import factors
from portal.database import db, now, transaction
from tests import factories
from tests.portal.accounts import steps

pytestmark = pytest.mark.one_engine_each

# --- codes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("aside", [-1, 0, 1])
def test_a_clock_may_be_half_a_minute_off(client, aside):
    who = steps.staff("member")
    steps.type_password(client, who.email)
    with patch("portal.accounts.views.factors.now", return_value=now()):  # the half minute must not end meanwhile
        code = steps.app_code(who, aside)
        assert steps.type_second(client, code).location == "/toi"


@pytest.mark.parametrize("aside", [-3, 3])
def test_an_old_code_is_no_code(client, aside):
    who = steps.staff("member")
    steps.type_password(client, who.email)
    assert steps.type_second(client, steps.app_code(who, aside)).status_code == 422


def test_a_code_read_over_a_shoulder_counts_once(app):
    who = steps.staff("member")
    code = steps.app_code(who)
    here, there = app.test_client(), app.test_client()
    for client in (here, there):
        steps.type_password(client, who.email)
    assert steps.type_second(here, code).location == "/toi"
    assert steps.type_second(there, code).status_code == 422
    assert not steps.is_in(there)


def test_a_recovery_code_stands_in_once(app):
    who = steps.staff("member")
    code = steps.with_codes(who)[3]
    here, there = app.test_client(), app.test_client()
    for client in (here, there):
        steps.type_password(client, who.email)
    assert steps.type_second(here, code.upper().replace("-", " ")).location == "/toi"
    assert "Bạn còn 9 mã dự phòng." in here.get("/toi").text
    assert steps.type_second(there, code).status_code == 422


def test_recovery_codes_of_another_member_are_nothing(client):
    who, other = steps.staff("member"), steps.staff("member")
    code = steps.with_codes(other)[0]
    steps.type_password(client, who.email)
    assert steps.type_second(client, code).status_code == 422


def test_recovery_codes_are_shown_once_and_kept_as_hashes(client):
    who = steps.staff("member")
    factories.sign_in(client, who)
    shown = steps.codes_shown(client)
    assert len(shown) == 10
    assert not any(code in client.get("/toi/bao-mat/ma-du-phong").text for code in shown)
    kept = db.session.scalars(select(RecoveryCode.code_hash)).all()
    assert not set(kept) & set(shown)
    again = steps.codes_shown(client)
    assert not set(again) & set(shown)
    assert db.session.scalar(select(func.count()).select_from(RecoveryCode)) == 10


def test_two_clicks_on_show_are_one_set(client):
    who = steps.staff("member")
    factories.sign_in(client, who)
    data = {**steps.csrf(client), "token": steps.form_token(client, "/toi/bao-mat/ma-du-phong", "token")}
    first, second = (client.post("/toi/bao-mat/ma-du-phong", data=data).text for _ in range(2))
    code = re.search(r'<b class="tnum">([a-z2-7-]{14})</b>', second)[1]
    assert code in first
    with transaction():
        assert factors.use_recovery_code(who.id, code, "test", now())


def test_ten_wrong_codes_close_the_door_whatever_they_were_guesses_at(app):
    who = steps.staff("member")
    for number in range(10):
        client = app.test_client()
        kind = number % 2
        if kind:
            assert steps.type_password(client, who.email, "sai mật khẩu rồi").status_code == 422
        else:
            steps.type_password(client, who.email)
            assert steps.type_second(client, "000000").status_code == 422
    stranger = app.test_client()
    page = steps.type_password(stranger, who.email)
    assert page.status_code == 429
    assert 0 < int(page.headers["Retry-After"]) <= 300


@pytest.mark.parametrize("typed", ["", "   ", "x" * 41])
def test_no_code_is_not_looked_at(client, typed):
    who = steps.staff("member")
    steps.type_password(client, who.email)
    page = steps.type_second(client, typed)
    assert page.status_code == 422
    assert "Nhập 6 số trong ứng dụng, hoặc một mã dự phòng" in page.text


@pytest.mark.parametrize("path", ["/dang-nhap/buoc-hai", "/dang-nhap/ung-dung"])
def test_the_second_step_is_not_the_first(client, path):
    assert client.get(path).location == "/dang-nhap"
    who = steps.staff("member")
    steps.ask(client, who.email)
    assert client.get(path).location == "/dang-nhap/ma"


def test_a_first_step_of_long_ago_is_forgotten(client):
    who = steps.staff("member")
    steps.type_password(client, who.email)
    with transaction():
        db.session.execute(
            update(SignInAttempt).values(
                password_ok_at=now() - timedelta(minutes=31), created_at=now() - timedelta(minutes=31)
            )
        )
    assert steps.type_second(client, steps.app_code(who)).location == "/dang-nhap/ma"
    assert not steps.is_in(client)
