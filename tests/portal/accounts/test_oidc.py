"""Signing in by another service, against a real provider over HTTP."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc.jwk import RSAKey
from sqlalchemy import func, select

from portal.accounts import oidc, services
from portal.accounts.models import Member, SignInSession
from portal.commands.doctor import Trouble, sign_in_service
from portal.database import db, now, transaction
from portal.settings import Oidc, Settings, SettingsError
from portal.voting.models import Vote
from tests import factories, half_answers
from tests.portal.accounts import family, steps
from tests.portal.accounts.provider import CLIENT, SECRET, Provider

pytestmark = [pytest.mark.enable_socket, pytest.mark.one_engine_each]
HERE = "http://localhost"
ISSUER = {"OIDC_ISSUER": "https://id.example.vn", "OIDC_CLIENT_ID": "nay", "OIDC_CLIENT_SECRET": "s"}


@pytest.fixture(scope="module")
def running():
    provider = Provider(f"{HERE}/dang-nhap/oidc/ve")
    yield provider
    provider.stop()


@pytest.fixture
def provider(app, running, monkeypatch):
    settings = replace(app.config["SETTINGS"], oidc=Oidc(running.issuer, CLIENT, SECRET, "Đoàn viên số"))
    monkeypatch.setitem(app.config, "SETTINGS", settings)
    oidc.init_app(app, settings)
    running.lies, running.broken, running.bare, running.published = {}, False, False, running.key
    running.person.claims = {"sub": "p-1", "email": factories.member().email, "email_verified": True}
    yield running
    del app.extensions["oidc"]


def go(client, provider, **headers):
    """To the provider and back; the answer of our page to what the provider said."""
    away = client.get("/dang-nhap/oidc", headers=headers).location
    return client.get(provider.consent(away).removeprefix(HERE), headers=headers)


def sessions():
    return db.session.scalar(select(func.count()).select_from(SignInSession))


def test_without_settings_there_is_nothing(client):
    assert "oidc" not in client.get("/dang-nhap").text
    assert client.get("/dang-nhap/oidc").status_code == 404
    assert client.get("/dang-nhap/oidc/ve?code=x&state=y").status_code == 404


def test_the_sign_in_page_offers_it_by_name(client, provider):
    page = client.get("/dang-nhap").text
    assert "Tiếp tục với Đoàn viên số" in page
    assert 'href="/dang-nhap/oidc"' in page


def test_the_way_there_is_bound_to_this_browser_and_leads_back_to_us_alone(client, provider):
    away = client.get("/dang-nhap/oidc", headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"}).location
    asked = parse_qs(urlsplit(away).query)
    assert asked["redirect_uri"] == [f"{HERE}/dang-nhap/oidc/ve"]
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["scope"] == ["openid email"]
    assert all(len(asked[name][0]) >= 20 for name in ("state", "nonce", "code_challenge"))


@pytest.mark.parametrize("bare", [False, True], ids=["in the token", "asked for"])
def test_a_member_is_known_by_the_verified_address(client, provider, bare):
    provider.bare = bare
    provider.person.claims["email"] = provider.person.claims["email"].upper()
    assert go(client, provider).location == "/toi"
    assert steps.is_in(client)
    assert db.session.scalar(select(func.count()).select_from(Member)) == 1


def test_what_was_held_is_done_and_the_reader_is_back(client, provider):
    idea = factories.published_idea()
    client.post(f"/y-tuong/{idea.id}/ung-ho", data={"support": "1", "back": f"/y-tuong/{idea.id}"})
    assert go(client, provider).location == f"/y-tuong/{idea.id}"
    assert db.session.scalar(select(func.count()).select_from(Vote)) == 1


def test_an_english_reader_comes_back_in_english(client, provider):
    back = provider.consent(client.get("/en/dang-nhap/oidc").location)
    english = client.get(back.removeprefix(HERE)).location
    assert english.startswith("/en/dang-nhap/oidc/ve?")
    assert client.get(english).location == "/en/toi"


# --- who may not simply walk in --------------------------------------------------------------------------


@pytest.mark.parametrize("verified", [False, None, "true", "false", 1, ...])
def test_an_address_that_is_not_verified_is_worth_nothing(client, provider, verified):
    provider.person.claims["email_verified"] = verified
    if verified is ...:
        del provider.person.claims["email_verified"]
    answer = go(client, provider)
    assert answer.status_code == 422
    assert "chưa xác nhận e-mail của bạn" in answer.text
    assert sessions() == 0


@pytest.mark.parametrize("address", ["a@example.vn,b@example.vn", "ban@", "a@example.vn\r\nBcc: b@example.vn", "", 7])
def test_an_address_that_is_none_is_refused(client, provider, address):
    provider.person.claims["email"] = address
    assert go(client, provider).status_code == 422
    assert sessions() == 0


def test_a_new_person_says_when_they_were_born_before_anything_else(client, provider):
    provider.person.claims["email"] = "moi@example.vn"
    assert go(client, provider).location == "/dang-ky"
    assert "Tháng và năm sinh" in client.get("/dang-ky").text
    client.post("/dang-ky", data={"birth_month": "5", "birth_year": "2001"})
    client.post("/dang-ky", data=steps.NEWCOMER)
    assert steps.is_in(client)


def test_a_child_needs_a_guardian_all_the_same(client, provider):
    provider.person.claims["email"] = "nho@example.vn"
    go(client, provider)
    year, month = family.born(12)
    born = {"birth_month": str(month), "birth_year": str(year)}
    client.post("/dang-ky", data=born)
    assert client.post("/dang-ky", data={**steps.NEWCOMER, **born}).status_code == 422
    client.post("/dang-ky", data={**steps.NEWCOMER, **born, "guardian_email": family.PARENT})
    assert db.session.scalars(select(Member.status).where(Member.email == "nho@example.vn")).one() == "waiting"


def test_a_second_factor_is_asked_for(client, provider):
    who = steps.staff("member")
    provider.person.claims["email"] = who.email
    assert go(client, provider).location == "/dang-nhap/buoc-hai"
    assert not steps.is_in(client)
    steps.type_second(client, steps.app_code(who))
    assert steps.is_in(client)


def test_staff_still_need_password_and_second_factor(app, client, provider, monkeypatch):
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], profile="production"))
    who = steps.staff("admin")
    provider.person.claims["email"] = who.email
    assert go(client, provider).location == "/dang-nhap/mat-khau"
    steps.type_password(client, who.email)
    assert not steps.is_in(client)
    steps.type_second(client, steps.app_code(who))
    assert steps.is_in(client)


def test_a_suspended_member_stays_outside(client, provider):
    who = factories.member()
    provider.person.claims["email"] = who.email
    admin = factories.member("admin")
    with transaction():
        services.suspend(admin, who, "Gửi thư rác cho nhiều người", None, now())
    assert go(client, provider).status_code == 403
    assert sessions() == 0


# --- a provider that lies, breaks or is not ours --------------------------------------------------------


@pytest.mark.parametrize(
    "lie",
    [{"nonce": "another"}, {"iss": "https://evil.example"}, {"aud": ["another"]}, {"exp": 1}, {"sub": None}],
    ids=["nonce", "issuer", "audience", "expired", "nobody"],
)
def test_a_token_that_is_not_for_us_is_refused(client, provider, lie):
    provider.lies = lie
    assert go(client, provider).status_code == 422
    assert sessions() == 0


def test_a_token_signed_by_somebody_else_is_refused(app, client, provider):
    provider.published = RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})
    oidc.init_app(app, app.config["SETTINGS"])  # its keys are read anew
    answer = go(client, provider)
    assert (answer.status_code, sessions()) == (422, 0)
    assert "Chưa đăng nhập được bằng Đoàn viên số" in answer.text


def test_an_answer_meant_for_another_browser_opens_nothing(app, client, provider):
    back = provider.consent(app.test_client().get("/dang-nhap/oidc").location).removeprefix(HERE)
    assert client.get(back).status_code == 422
    assert sessions() == 0


def test_an_answer_opens_once(app, client, provider):
    back = provider.consent(client.get("/dang-nhap/oidc").location).removeprefix(HERE)
    before = client.get_cookie("sid").value
    assert client.get(back).location == "/toi"
    assert client.get(back).location == "/toi"  # the back button, signed in
    thief = app.test_client()
    thief.set_cookie("sid", before)
    assert thief.get(back).status_code == 422
    assert sessions() == 1


@pytest.mark.parametrize("query", ["error=access_denied&state=x", "", "code=x", "state=y&code=z"])
def test_somebody_who_changed_their_mind_is_back_at_the_door(client, provider, query):
    client.get("/dang-nhap/oidc")
    answer = client.get(f"/dang-nhap/oidc/ve?{query}")
    assert "Chưa đăng nhập được bằng Đoàn viên số" in answer.text
    assert "Gửi mã cho mình" in answer.text


def test_a_provider_that_is_ill_shuts_nobody_out(app, client, provider):
    provider.broken = True
    oidc.init_app(app, app.config["SETTINGS"])  # it has not answered yet
    answer = client.get("/dang-nhap/oidc")
    assert (answer.status_code, "dùng mã qua e-mail" in answer.text) == (422, True)


def test_the_doctor_finds_a_provider_that_is_ill_or_calls_itself_otherwise(app, provider):
    settings = app.config["SETTINGS"]
    assert "answers" in sign_in_service(settings)
    alias = replace(
        settings, oidc=replace(settings.oidc, issuer=settings.oidc.issuer.replace("127.0.0.1", "localhost"))
    )
    with pytest.raises(Trouble, match="calls itself"):
        sign_in_service(alias)
    provider.broken = True
    with pytest.raises(Trouble, match="does not answer"):
        sign_in_service(settings)
    with half_answers.dying(half_answers.BEFORE_ITS_END) as port, pytest.raises(Trouble, match="does not answer"):
        sign_in_service(replace(settings, oidc=replace(settings.oidc, issuer=f"http://127.0.0.1:{port}")))
    assert "not set" in sign_in_service(replace(settings, oidc=None))


# --- settings -----------------------------------------------------------------------------------------


def test_settings_of_a_provider(tmp_path):
    read = Settings.from_env({"VAR_DIR": str(tmp_path), **ISSUER}).oidc
    assert read == Oidc("https://id.example.vn", "nay", "s", "id.example.vn")


@pytest.mark.parametrize(
    "wrong",
    [{"OIDC_ISSUER": "http://id.example.vn"}, {"OIDC_ISSUER": "id.example.vn"}, {"OIDC_CLIENT_ID": ""}, {"OIDC_CLIENT_SECRET": ""}],
)  # fmt: skip
def test_half_a_provider_stops_the_start(tmp_path, wrong):
    with pytest.raises(SettingsError, match="OIDC_"):
        Settings.from_env({"VAR_DIR": str(tmp_path), **ISSUER, **wrong})
