"""What members see of their devices and are told of changes; changing the address."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from portal.accounts import services
from portal.accounts.credentials import Authenticator, SecurityEvent
from portal.accounts.devices import browser_and_system, masked
from portal.accounts.limits import LIMITS
from portal.accounts.models import Member, SignInAttempt, SignInSession
from portal.accounts.services import addresses
from portal.accounts.services import factors as second
from portal.database import db, now, transaction
from portal.errors import TooMany
from portal.notifications.models import Letter
from tests import factories
from tests.portal.accounts import steps
from tests.portal.accounts.steps import csrf
from tests.portal.notifications import stories
from tests.queries import count_queries

pytestmark = pytest.mark.one_engine_each

PHONE = (
    "Mozilla/5.0 (Linux; Android 14; SM-A145F) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Mobile Safari/537.36"
)


def told(kind):
    """To whom letters of a kind go."""
    stories.relay()
    return [letter.recipient_id for letter in db.session.scalars(select(Letter).where(Letter.kind == kind))]


def events():
    return db.session.scalars(select(SecurityEvent.kind).order_by(SecurityEvent.id)).all()


# --- devices ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("user_agent", "seen"),
    [
        (PHONE, ("Chrome", "Android")),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile/15E148 Safari/604.1", ("Safari", "iPhone")),
        ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Mobile [FBAN/FBIOS;FBAV/530]", ("Facebook", "iPhone")),
        ("Mozilla/5.0 (Linux; Android 13) Chrome/120 Mobile Safari/537.36 Zalo android/12", ("Zalo", "Android")),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36 Edg/140.0", ("Edge", "Windows")),
        ("Mozilla/5.0 (Windows NT 10.0) coc_coc_browser/140 Chrome/134 Safari/537.36", ("Cốc Cốc", "Windows")),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", ("Firefox", "Linux")),
        ("curl/8.5", ("", "")),
        ("", ("", "")),
    ],
)  # fmt: skip
def test_a_device_in_words(user_agent, seen):
    assert browser_and_system(user_agent) == seen


@pytest.mark.parametrize(
    ("address", "shown"),
    [("113.161.72.9", "113.161.72.*"), ("2405:4800:12:aaaa::1", "2405:4800:0012:*"), ("::ffff:113.161.72.9", "113.161.72.*"),
     ("fe80::1%eth0", "fe80:0000:0000:*"), (None, ""), ("unix:", "")],
)  # fmt: skip
def test_a_network_without_the_household(address, shown):
    assert masked(address) == shown


def test_the_page_lists_devices_in_words(app):
    who = factories.member()
    here = app.test_client()
    here.environ_base.update({"HTTP_USER_AGENT": PHONE, "REMOTE_ADDR": "113.161.72.9"})
    steps.arrive(here, who.email)
    factories.sign_in(app.test_client(), who)
    page = here.get("/toi/bao-mat").text
    assert "Chrome trên Android" in page
    assert "Máy này" in page
    assert "mạng 113.161.72.*" in page
    assert "113.161.72.9" not in page
    assert "Máy không cho biết tên" in page


def test_the_page_costs_few_statements(app):
    client = factories.sign_in(app.test_client(), steps.staff())
    client.get("/toi/bao-mat")
    with count_queries() as counted:
        client.get("/toi/bao-mat")
    assert counted.n <= 5


def test_one_device_is_ended_and_only_ones_own(app):
    who = factories.member()
    here, there = factories.sign_in(app.test_client(), who), factories.sign_in(app.test_client(), who)
    stranger = factories.sign_in(app.test_client(), factories.member())
    newest = db.session.scalars(select(SignInSession.id).where(SignInSession.member_id == who.id)).all()[-1]
    stranger.post(f"/toi/bao-mat/may/{newest}", data=csrf(stranger))
    assert steps.is_in(there)
    assert here.post(f"/toi/bao-mat/may/{newest}", data=csrf(here)).location == "/toi/bao-mat"
    assert (steps.is_in(here), steps.is_in(there)) == (True, False)


def test_all_others_are_ended(app):
    who = factories.member()
    here, there = factories.sign_in(app.test_client(), who), factories.sign_in(app.test_client(), who)
    here.post("/toi/bao-mat/may-khac", data=csrf(here))
    assert (steps.is_in(here), steps.is_in(there)) == (True, False)


def test_devices_that_could_not_come_back_are_not_listed(app):
    who = steps.staff()
    here = factories.sign_in(app.test_client(), who)
    factories.sign_in(app.test_client(), who)
    oldest = select(SignInSession.id).order_by(SignInSession.id.desc()).limit(1).scalar_subquery()
    with transaction():
        db.session.execute(
            update(SignInSession).where(SignInSession.id == oldest).values(last_seen_at=now() - timedelta(minutes=31))
        )
    assert here.get("/toi/bao-mat").text.count("Dùng vừa xong") == 1


# --- what is told --------------------------------------------------------------------------------------


def test_a_new_device_is_told_and_a_known_one_is_not(app):
    who, client = factories.member(), app.test_client()
    steps.arrive(client, who.email)
    assert told("new_device") == [who.id]
    client.post("/dang-xuat", data=csrf(client))
    steps.type_password(client, who.email)
    with transaction():
        db.session.execute(update(SignInAttempt).values(created_at=now() - timedelta(minutes=1)))
    steps.arrive(client, who.email)
    assert steps.is_in(client)
    assert told("new_device") == [who.id]


def test_somebody_who_has_just_joined_is_not_warned_of_themselves(client):
    steps.arrive(client, "moi@example.vn")
    client.post("/dang-ky", data=steps.NEWCOMER)
    assert steps.is_in(client)
    assert events() == []


def test_a_phone_of_two_knows_both(app):
    one, two, client = factories.member(), factories.member(), app.test_client()
    for who in (one, two):
        steps.arrive(client, who.email)
        client.post("/dang-xuat", data=csrf(client))
    with client.session_transaction() as session:
        assert len(session["known"]) == 2


def test_each_change_is_told_once_and_a_second_click_is_none(client):
    who = steps.staff("member")
    factories.sign_in(client, who)
    client.post("/toi/mat-khau", data={"password": "một câu khác hẳn", **csrf(client)})
    token = steps.form_token(client, "/toi/bao-mat/ma-du-phong", "token")
    for _ in range(2):
        client.post("/toi/bao-mat/ma-du-phong", data={"token": token, **csrf(client)})
    for _ in range(2):
        client.post("/toi/bao-mat/ung-dung/bo", data=csrf(client))
    assert events() == ["password_changed", "recovery_codes_made", "app_removed"]
    assert told("security_changed") == [who.id] * 3
    page = client.get("/toi/bao-mat").text
    assert "Mật khẩu đã đổi" in page
    assert "Ứng dụng xác thực đã tắt" in page


# --- another address ------------------------------------------------------------------------------------


def ask_for(client, email):
    return client.post("/toi/bao-mat/email", data={"email": email, **csrf(client)})


def prove(client, email):
    return client.post("/toi/bao-mat/email/ma", data={"code": steps.code_for(email), **csrf(client)})


def test_the_address_changes_once_the_new_one_is_proven(app):
    who = factories.member(email="cu@example.vn")
    here, there = factories.sign_in(app.test_client(), who), factories.sign_in(app.test_client(), who)
    assert ask_for(here, "Moi@Example.vn").location == "/toi/bao-mat/email/ma"
    assert "moi@example.vn" in here.get("/toi/bao-mat/email/ma").text
    assert db.session.scalar(select(Member.email).where(Member.id == who.id)) == "cu@example.vn"
    assert prove(here, "moi@example.vn").location == "/toi/bao-mat"
    assert db.session.scalar(select(Member.email).where(Member.id == who.id)) == "moi@example.vn"
    assert (steps.is_in(here), steps.is_in(there)) == (True, False)
    assert told("email_changed") == [who.id]
    assert db.session.scalar(select(SecurityEvent.address)) == "cu@example.vn"


def test_a_wrong_code_changes_nothing(client):
    who = factories.member()
    factories.sign_in(client, who)
    ask_for(client, "moi@example.vn")
    data = {"code": steps.wrong(steps.code_for("moi@example.vn")), **csrf(client)}
    assert client.post("/toi/bao-mat/email/ma", data=data).status_code == 422
    assert db.session.scalar(select(Member.email).where(Member.id == who.id)) == who.email


def test_an_address_of_somebody_else_is_asked_for_as_any_other(client):
    factories.member(email="cokhac@example.vn")
    factories.sign_in(client, factories.member())
    assert ask_for(client, "cokhac@example.vn").location == ask_for(client, "khongai@example.vn").location
    ask_for(client, "cokhac@example.vn")
    page = prove(client, "cokhac@example.vn")
    assert page.status_code == 409
    assert "đã có một tài khoản khác" in page.text


@pytest.mark.parametrize("typed", ["", "a@x.vn,b@y.vn", "a@x.vn\r\nBcc: b@y.vn", "a\x00b@x.vn"])
def test_what_is_not_one_address_is_refused(client, typed):
    factories.sign_in(client, factories.member())
    assert ask_for(client, typed).status_code == 422


def test_ones_own_address_is_no_new_one(client):
    who = factories.member()
    factories.sign_in(client, who)
    assert "Đây đang là địa chỉ của bạn." in ask_for(client, who.email.upper()).text


def test_a_code_for_a_change_signs_nobody_in(app):
    who = factories.member()
    attacker, victim = factories.sign_in(app.test_client(), who), factories.member(email="nannhan@example.vn")
    ask_for(attacker, victim.email)
    attempt = db.session.scalars(select(SignInAttempt).where(SignInAttempt.for_member_id == who.id)).one()
    thief = app.test_client()
    with thief.session_transaction() as session:
        session["attempt"] = attempt.token
    assert steps.type_code(thief, steps.code_for(victim.email)).location == "/dang-nhap"
    assert not steps.is_in(thief)


def test_two_presses_are_one_letter_and_too_many_are_refused(app):
    who, start = factories.member(), now()
    with transaction():
        first, again = (addresses.request_change(who, "moi@example.vn", 600, start) for _ in range(2))
    assert first.id == again.id
    for number in range(5):
        with transaction():
            addresses.request_change(who, f"m{number}@example.vn", 600, start)
    with pytest.raises(TooMany), transaction():
        addresses.request_change(who, "m9@example.vn", 600, start)


def test_ever_new_accounts_do_not_fill_one_mailbox_with_codes(app, monkeypatch):
    monkeypatch.setitem(LIMITS, "letter:mailbox", (2, 86400))
    one, two, three = (factories.member() for _ in range(3))
    for who in (one, two):
        with transaction():
            addresses.request_change(who, "nan-nhan@example.vn", 600, now())
    with pytest.raises(TooMany), transaction():
        addresses.request_change(three, "nan-nhan@example.vn", 600, now())


# --- lost everything -------------------------------------------------------------------------------------


def test_who_lost_everything_begins_anew_by_code(client, production):
    who = steps.staff()
    with transaction():
        second.forget_all(db.session.get(Member, who.id), now())
    assert db.session.scalar(select(Authenticator.id)) is None
    assert steps.arrive(client, who.email).location == "/dang-nhap/dat-mat-khau"
    assert told("security_changed") == [who.id]


@pytest.mark.parametrize("how", ["password", "address", "lost everything"])
def test_who_made_themselves_an_api_token_is_out_with_whoever_else_got_in(client, how):
    who = factories.member()
    header = factories.api_key(who)
    factories.sign_in(client, who)
    assert client.get("/api/v1/me", headers=header).status_code == 200
    if how == "password":
        client.post("/toi/mat-khau", data={"password": "một câu khác hẳn", **csrf(client)})
    elif how == "address":
        ask_for(client, "moi@example.vn")
        prove(client, "moi@example.vn")
    else:
        with transaction():
            second.forget_all(db.session.get(Member, who.id), now())
    assert client.get("/api/v1/me", headers=header).status_code == 401
    assert steps.is_in(client) == (how != "lost everything")


def test_signing_out_everywhere_is_seen_by_the_next_request(app):
    who = factories.member()
    clients = [factories.sign_in(app.test_client(), who) for _ in range(3)]
    with transaction():
        services.end_sessions(who.id, now())
    assert [steps.is_in(client) for client in clients] == [False] * 3
