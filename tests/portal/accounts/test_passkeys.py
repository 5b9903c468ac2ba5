"""Passkeys: added, used as the second step, named, removed, and never good for another site or twice."""

import html
import json
import re

import pytest
from sqlalchemy import func, select

from portal.accounts.credentials import Passkey, SecurityEvent
from portal.accounts.services import passkeys
from portal.accounts.services.telling import Place
from portal.database import db, now, transaction
from tests import factories
from tests.portal.accounts import steps
from tests.portal.accounts.authenticator import SoftKey
from tests.portal.accounts.steps import csrf

pytestmark = pytest.mark.one_engine_each

ADD = "/toi/bao-mat/khoa"


def options(page):
    return html.unescape(re.search(r'data-options="([^"]+)"', page)[1])


def add(client, key, name="Máy của mình"):
    page = client.get(ADD).text
    data = {"token": re.search(r'name="token" value="([^"]+)"', page)[1], "name": name}
    return client.post(ADD, data={**data, **csrf(client), "credential": key.create(options(page))})


def show(client, key):
    page = client.get("/dang-nhap/buoc-hai").text
    return client.post("/dang-nhap/buoc-hai", data={"credential": key.get(options(page))})


def with_passkey(role="member"):
    """A member with a password and a passkey; returns both."""
    who, key = steps.staff(role, app=False), SoftKey()
    site = passkeys.site("http://localhost")
    with transaction():
        fresh = passkeys.challenge("test", "x", "y")
        answer = key.create(passkeys.options_to_create(who, fresh, site, "test"))
        passkeys.add(who, passkeys.read(answer, fresh, site), "Khoá USB", Place(), now())
    return who, key


def count():
    return db.session.scalar(select(func.count()).select_from(Passkey))


def test_a_member_adds_a_passkey_and_is_asked_for_it(app):
    who, key = steps.staff("member", app=False), SoftKey()
    here = factories.sign_in(app.test_client(), who)
    assert add(here, key).location == "/toi/bao-mat/ma-du-phong"
    assert "Máy của mình" in here.get("/toi/bao-mat").text
    there = app.test_client()
    assert steps.type_password(there, who.email).location == "/dang-nhap/buoc-hai"
    assert show(there, key).location == "/toi"
    assert steps.is_in(there)
    assert db.session.scalar(select(Passkey.sign_count)) == 1


def test_a_browser_is_told_how_a_passkey_can_be_reached(app):
    who, key = steps.staff("member", app=False), SoftKey(transports=["usb", "nfc", "by post"])
    add(factories.sign_in(app.test_client(), who), key)
    there = app.test_client()
    steps.type_password(there, who.email)
    [told] = json.loads(options(there.get("/dang-nhap/buoc-hai").text))["allowCredentials"]
    assert told["transports"] == ["nfc", "usb"]


def test_staff_sign_in_with_password_and_passkey(client, production):
    who, key = with_passkey("admin")
    steps.type_password(client, who.email)
    assert show(client, key).location == "/toi"


def test_adding_it_twice_is_one_passkey(client):
    factories.sign_in(client, factories.member())
    key, page = SoftKey(), client.get(ADD).text
    data = {"token": re.search(r'name="token" value="([^"]+)"', page)[1], "name": "Một", **csrf(client)}
    data["credential"] = key.create(options(page))
    assert {client.post(ADD, data=data).status_code for _ in range(2)} == {303}
    assert count() == 1
    assert db.session.scalars(select(SecurityEvent.kind)).all() == ["passkey_added"]


def test_an_answer_is_good_for_one_sign_in(app):
    who, key = with_passkey()
    here, there = app.test_client(), app.test_client()
    for client in (here, there):
        steps.type_password(client, who.email)
    answer = key.get(options(here.get("/dang-nhap/buoc-hai").text))
    assert there.post("/dang-nhap/buoc-hai", data={"credential": answer}).status_code == 422
    assert here.post("/dang-nhap/buoc-hai", data={"credential": answer}).location == "/toi"


def test_a_copied_passkey_is_known_by_its_counter(client):
    who, key = with_passkey()
    key.uses = 5
    steps.type_password(client, who.email)
    assert show(client, key).location == "/toi"
    other = client.application.test_client()
    key.uses = 2
    steps.type_password(other, who.email)
    assert show(other, key).status_code == 422


@pytest.mark.parametrize("origin", ["https://nay.evil.example", "http://localhost:8000", "https://localhost"])
def test_a_fake_site_gets_nothing_we_would_take(client, origin):
    who, key = with_passkey()
    key.origin = origin
    steps.type_password(client, who.email)
    assert show(client, key).status_code == 422
    assert not steps.is_in(client)


def test_another_members_passkey_is_nothing(client):
    who, _ = with_passkey()
    _, foreign = with_passkey()
    steps.type_password(client, who.email)
    assert show(client, foreign).status_code == 422


@pytest.mark.parametrize(
    "answer", ["x", "{}", "[]", "null", '{"id": 1}', '{"rawId": "é", "id": "é", "response": {}}', "\x00"]
)
def test_what_is_no_answer_is_refused_in_words(client, answer):
    who, _ = with_passkey()
    steps.type_password(client, who.email)
    page = client.post("/dang-nhap/buoc-hai", data={"credential": answer})
    assert page.status_code == 422
    assert "Khoá này chưa dùng được" in page.text
    factories.sign_in(client, who)
    data = {**csrf(client), "name": "Một", "token": "t" * 43, "credential": answer}
    assert client.post(ADD, data=data).status_code == 422


def test_wrong_answers_close_the_door_as_wrong_codes_do(client):
    who, key = with_passkey()
    key.origin = "https://nay.evil.example"
    steps.type_password(client, who.email)
    assert [show(client, key).status_code for _ in range(11)] == [422] * 10 + [429]


def test_a_passkey_is_removed_by_its_owner_only(app):
    who, _ = with_passkey()
    passkey_id = db.session.scalar(select(Passkey.id))
    path = f"/toi/bao-mat/khoa/{passkey_id}/bo"
    stranger = factories.sign_in(app.test_client(), factories.member())
    assert stranger.post(path, data=csrf(stranger)).status_code == 404
    owner = factories.sign_in(app.test_client(), who)
    assert owner.post(path, data=csrf(owner)).location == "/toi/bao-mat"
    assert count() == 0


def test_staff_keep_one_factor(client, production):
    who, _ = with_passkey("moderator")
    factories.sign_in(client, who)
    path = f"/toi/bao-mat/khoa/{db.session.scalar(select(Passkey.id))}/bo"
    assert client.post(path, data=csrf(client)).status_code == 409


@pytest.mark.parametrize(
    ("base_url", "domain"),
    [("https://nay.example.vn", "nay.example.vn"), ("http://localhost:8000", "localhost"),
     ("http://127.0.0.1:8000", None), ("http://nay.example.vn", None), ("https://[::1]", None)],
)  # fmt: skip
def test_where_passkeys_are_possible(base_url, domain):
    found = passkeys.site(base_url)
    assert (found and found.domain) == domain


def test_without_a_domain_the_page_says_what_is_possible_instead(client):
    settings = client.application.config["SETTINGS"]
    factories.sign_in(client, factories.member())
    object.__setattr__(settings, "base_url", "http://127.0.0.1:8000")
    try:
        page = client.get(ADD).text
    finally:
        object.__setattr__(settings, "base_url", "http://localhost")
    assert "ứng dụng xác thực nhé" in page
    assert "passkey.js" not in page


def test_the_script_is_on_these_pages_alone(client):
    factories.sign_in(client, factories.member())
    assert "passkey.js" in client.get(ADD).text
    assert "passkey.js" not in client.get("/toi/bao-mat").text
