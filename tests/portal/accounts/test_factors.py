"""The second step: what staff prove in production, and members if they wish to."""

import re
from datetime import timedelta

import pyotp
import pytest
from sqlalchemy import func, select, update

from portal.accounts.credentials import Authenticator, RecoveryCode
from portal.accounts.models import SignInAttempt, SignInSession
from portal.accounts.services import factors
from portal.database import db, now, transaction
from tests import factories
from tests.portal.accounts import steps

pytestmark = pytest.mark.one_engine_each

ROLES = ["moderator", "organiser", "admin"]


def secret_on(page):
    """The key as somebody types it who cannot use the camera."""
    return re.search(r'<b class="tnum">([A-Z2-7 ]+)</b>', page)[1].replace(" ", "")


def set_up(client, path, **more):
    """Read the page, type what an app with its key shows."""
    page = client.get(path).text
    token = page.partition('name="token" value="')[2].partition('"')[0]
    return client.post(path, data={"token": token, "code": pyotp.TOTP(secret_on(page)).now(), **more})


def csrf(client):
    return {"csrf_token": steps.form_token(client, "/toi/cai-dat")}


def codes_shown(client):
    page = "/toi/bao-mat/ma-du-phong"
    shown = client.post(page, data={**csrf(client), "token": steps.form_token(client, page, "token")})
    return re.findall(r'<b class="tnum">([a-z2-7-]{14})</b>', shown.text)


def with_codes(who):
    with transaction():
        return factors.renew_recovery_codes(who.id, "seed", "test")


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
    assert len(set(codes_shown(client))) == 10


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
    assert client.post("/toi/bao-mat/ung-dung/bo", data=csrf(client)).status_code == 409
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
        data={**csrf(client), "token": steps.form_token(client, "/toi/bao-mat/ung-dung", "token"), "code": "000000"},
    )
    assert wrong.status_code == 422
    assert set_up(client, "/toi/bao-mat/ung-dung", **csrf(client)).location == "/toi/bao-mat/ma-du-phong"
    assert "Đang bật." in client.get("/toi/bao-mat").text
    assert client.post("/toi/bao-mat/ung-dung/bo", data=csrf(client)).location == "/toi/bao-mat"
    assert queries_app(who) == 0


def test_a_new_app_takes_the_place_of_the_old_one(client):
    who = steps.staff("member")
    factories.sign_in(client, who)
    old = steps.app_code(who)
    set_up(client, "/toi/bao-mat/ung-dung", **csrf(client))
    assert queries_app(who) == 1
    assert steps.app_code(who) != old


@pytest.mark.parametrize("token", ["", "x", "a" * 44, "é" * 43])
def test_a_key_that_is_not_ours_is_not_taken(client, token):
    factories.sign_in(client, factories.member())
    page = client.post("/toi/bao-mat/ung-dung", data={**csrf(client), "token": token, "code": "123456"})
    assert page.status_code == 422
    assert "Quét lại mã QR" in page.text


def test_the_picture_is_ours_and_the_key_is_not_in_the_database(client):
    who = factories.member()
    factories.sign_in(client, who)
    page = client.get("/toi/bao-mat/ung-dung").text
    assert "<svg" in page.partition('<div class="tc">')[2]
    assert "otpauth://totp/" in page
    set_up(client, "/toi/bao-mat/ung-dung", **csrf(client))
    token = db.session.scalar(select(Authenticator.token))
    assert pyotp.TOTP(factors.secret_of(who.id, token, "test")).now() == steps.app_code(who)
    assert factors.secret_of(who.id, token, "another key") != factors.secret_of(who.id, token, "test")


# --- codes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("aside", [-1, 0, 1])
def test_a_clock_may_be_half_a_minute_off(client, aside):
    who = steps.staff("member")
    steps.type_password(client, who.email)
    assert steps.type_second(client, steps.app_code(who, aside)).location == "/toi"


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
    code = with_codes(who)[3]
    here, there = app.test_client(), app.test_client()
    for client in (here, there):
        steps.type_password(client, who.email)
    assert steps.type_second(here, code.upper().replace("-", " ")).location == "/toi"
    assert "Bạn còn 9 mã dự phòng." in here.get("/toi").text
    assert steps.type_second(there, code).status_code == 422


def test_recovery_codes_of_another_member_are_nothing(client):
    who, other = steps.staff("member"), steps.staff("member")
    code = with_codes(other)[0]
    steps.type_password(client, who.email)
    assert steps.type_second(client, code).status_code == 422


def test_recovery_codes_are_shown_once_and_kept_as_hashes(client):
    who = steps.staff("member")
    factories.sign_in(client, who)
    shown = codes_shown(client)
    assert len(shown) == 10
    assert not any(code in client.get("/toi/bao-mat/ma-du-phong").text for code in shown)
    kept = db.session.scalars(select(RecoveryCode.code_hash)).all()
    assert not set(kept) & set(shown)
    again = codes_shown(client)
    assert not set(again) & set(shown)
    assert db.session.scalar(select(func.count()).select_from(RecoveryCode)) == 10


def test_two_clicks_on_show_are_one_set(client):
    who = steps.staff("member")
    factories.sign_in(client, who)
    data = {**csrf(client), "token": steps.form_token(client, "/toi/bao-mat/ma-du-phong", "token")}
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


# --- once more, before what matters -------------------------------------------------------------------


def grow_stale():
    with transaction():
        db.session.execute(update(SignInSession).values(authenticated_at=now() - timedelta(minutes=11)))


@pytest.mark.parametrize("path", ["/toi/mat-khau", "/toi/bao-mat/ung-dung", "/toi/bao-mat/ma-du-phong"])
def test_an_open_phone_leads_to_proving_who_it_is_and_back(client, path):
    who = steps.staff("member")
    factories.sign_in(client, who)
    token = csrf(client)
    grow_stale()
    assert client.get(path).location == "/toi/xac-nhan"
    assert "Nhập mật khẩu" in client.get("/toi/xac-nhan").text
    assert client.post("/toi/xac-nhan", data=token).location == "/dang-nhap/mat-khau"
    assert f'value="{who.email}"' in client.get("/dang-nhap/mat-khau").text
    typed = {"email": who.email, "password": steps.PASSWORD, **token}
    assert client.post("/dang-nhap/mat-khau", data=typed).location == "/dang-nhap/buoc-hai"
    assert client.post("/dang-nhap/buoc-hai", data={"code": steps.app_code(who), **token}).location == path
    assert client.get(path).status_code == 200
    live = select(func.count()).where(SignInSession.revoked_at.is_(None))
    assert db.session.scalar(live) == 1


def test_who_has_no_password_confirms_by_letter(client):
    who = factories.member()
    factories.sign_in(client, who)
    token = csrf(client)
    grow_stale()
    client.get("/toi/mat-khau")
    assert client.post("/toi/xac-nhan", data=token).location == "/dang-nhap/ma"
    code = {"code": steps.code_for(who.email), **token}
    assert client.post("/dang-nhap/ma", data=code).location == "/toi/mat-khau"


def test_what_was_typed_is_kept_while_one_confirms(client):
    who = steps.staff("member")
    factories.sign_in(client, who)
    token = csrf(client)
    grow_stale()
    page = client.post("/toi/bao-mat/ung-dung", data={"token": "t" * 43, "code": "123456", **token})
    assert page.status_code == 403
    assert f'name="token" value="{"t" * 43}"' in page.text
    assert "123456" not in page.text
    assert 'href="/toi/xac-nhan"' in page.text
