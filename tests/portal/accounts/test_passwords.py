"""Passwords: one of two ways in for members, the first of two steps for staff in production."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from portal.accounts import rules, secrets, services
from portal.accounts.models import Member, SignInSession
from portal.database import db, now, transaction
from tests import factories
from tests.forms import token_in
from tests.portal.accounts import steps
from tests.portal.accounts.steps import type_password

pytestmark = pytest.mark.one_engine_each

GOOD = "ba con mèo tắm nắng"


def with_password(role="member", **values):
    who = factories.member(role, **values)
    with transaction():
        services.set_password(who, GOOD)
    return who


def test_a_member_with_a_password_signs_in_with_it(client):
    who = with_password()
    assert type_password(client, who.email.upper()).location == "/toi"
    assert steps.is_in(client)


def test_a_password_counts_however_the_keyboard_composes_it(client):
    who = with_password()
    assert type_password(client, who.email, "ba con me\u0300o ta\u0306\u0301m na\u0306\u0301ng").location == "/toi"


def test_a_wrong_password_and_an_unknown_address_look_the_same(client):
    who, other = with_password(), factories.member()
    pages = [
        type_password(client, email, "sai mật khẩu rồi").text.replace(email, "")
        for email in (who.email, other.email, "la@example.vn")
    ]
    assert pages[0] == pages[1] == pages[2]
    assert "E-mail hoặc mật khẩu chưa đúng." in pages[0]
    assert not steps.is_in(client)


def test_the_typed_address_survives_and_the_password_does_not(client):
    page = type_password(client, "la@example.vn", "mật khẩu tuyệt mật")
    assert page.status_code == 422
    assert 'value="la@example.vn"' in page.text
    assert "tuyệt mật" not in page.text


@pytest.mark.parametrize("typed", ["", "x" * 129, "x" * 500_000])
def test_no_password_or_an_endless_one_is_not_even_looked_at(client, typed):
    who = with_password()
    page = type_password(client, who.email, typed)
    assert page.status_code == 422
    assert "Nhập mật khẩu của bạn" in page.text


def test_ten_wrong_passwords_close_the_door_for_minutes(client):
    who = with_password()
    for _ in range(10):
        assert type_password(client, who.email, "sai mật khẩu rồi").status_code == 422
    page = type_password(client, who.email)
    assert page.status_code == 429
    assert 0 < int(page.headers["Retry-After"]) <= 300
    assert not steps.is_in(client)


def test_a_browser_that_knows_the_account_is_not_locked_out_by_strangers(app):
    who = with_password()
    home, stranger = app.test_client(), app.test_client()
    type_password(home, who.email)
    with home.session_transaction() as session:
        session.pop("_user_id")  # signed out, as the button leaves it
    for _ in range(11):
        last = type_password(stranger, who.email, "sai mật khẩu rồi")
    assert last.status_code == 429
    assert type_password(home, who.email).location == "/toi"


def test_a_suspended_member_does_not_get_in_with_a_password(client):
    who = with_password()
    with transaction():
        who.status = "suspended"
    page = type_password(client, who.email)
    assert page.status_code == 403
    assert "tạm dừng" in page.text


@pytest.mark.parametrize("role", ["moderator", "organiser", "admin"])
def test_staff_may_use_either_in_development(app, role):
    who = with_password(role)
    assert type_password(app.test_client(), who.email).location == "/toi"
    assert steps.arrive(app.test_client(), who.email).location == "/toi"


def test_members_need_one_factor_in_production(app, production):
    who = with_password()
    assert type_password(app.test_client(), who.email).location == "/toi"
    assert steps.arrive(app.test_client(), who.email).location == "/toi"


# --- choosing one -------------------------------------------------------------------------------


def token(client):
    """The token as the page carries it."""
    page = client.get("/toi/cai-dat").text
    return token_in(page)


def change(client, password):
    return client.post("/toi/mat-khau", data={"password": password, "csrf_token": token(client)})


def test_a_member_sets_a_password(client):
    who = factories.member()
    factories.sign_in(client, who)
    assert change(client, GOOD).location == "/toi/bao-mat"
    assert "Đã lưu mật khẩu mới" in client.get("/toi/bao-mat").text
    kept = db.session.scalar(select(Member.password_hash).where(Member.id == who.id))
    assert secrets.password_fits(GOOD, kept)
    assert GOOD not in kept


def test_changing_the_password_ends_every_other_session(app):
    who = with_password()
    here, there = factories.sign_in(app.test_client(), who), factories.sign_in(app.test_client(), who)
    change(here, "một câu khác hẳn")
    assert steps.is_in(here)
    assert not steps.is_in(there)


def test_an_open_phone_is_not_enough_to_change_the_password(client):
    factories.sign_in(client, factories.member())
    with transaction():
        db.session.execute(update(SignInSession).values(authenticated_at=now() - timedelta(minutes=11)))
    assert client.get("/toi/mat-khau").location == "/toi/xac-nhan"
    assert "Xác nhận là bạn" in change(client, GOOD).text
    assert db.session.scalar(select(Member.password_hash).order_by(Member.id.desc())) is None


@pytest.mark.parametrize(
    "weak",
    [
        "", "ngắn quá", "x" * 129, "123456789012", "0912345678901", "aaaaaaaaaaaaaaaa", "password1234", "Matkhau@2024!", "mật khẩu 12345",
        "matkhaumatkhau", "qwertyuiop12", "anhyeuem123456", "iloveyou2024!!", "ban77@example.vn", "Thảo Nguyên 2001", "thaonguyen123",
    ],
)  # fmt: skip
def test_a_password_that_is_short_or_easy_to_guess_is_refused(client, weak):
    who = factories.member(email="ban77@example.vn", name="Thảo Nguyên")
    factories.sign_in(client, who)
    page = change(client, weak)
    assert page.status_code == 422
    assert 'href="#password"' in page.text
    assert "<title>Lỗi: " in page.text


@pytest.mark.parametrize(
    "good", [GOOD, "correct horse battery", "xK9#mQ2$vL7@", "ba lá khoai môn ngày mưa", "пароль дом река сад"]
)
def test_a_password_nobody_would_guess_is_welcome(good):
    assert rules.password_fault(good, "ban@example.vn", "Thảo") is None


def test_hashing_never_holds_the_database(app, monkeypatch):
    """A writer that waits for a slow hash would stop every other writer of SQLite."""
    seen = []
    real = secrets.password_fits
    monkeypatch.setattr(
        secrets, "password_fits", lambda *given: (seen.append(db.session().info.get("writing")), real(*given))[1]
    )
    who = with_password()
    type_password(app.test_client(), who.email)
    assert seen == [False]
