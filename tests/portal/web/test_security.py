import pytest

from portal.app import create_app
from tests.factories import api_key, member, published_idea, sign_in
from tests.forms import token_in

pytestmark = pytest.mark.one_engine_each

FORM = {"theme": "dark", "back": "/quy-tac"}


def test_every_answer_carries_the_headers(client):
    for path in ("/", "/khong-co", "/api/v1/campaigns", "/livez"):
        headers = client.get(path).headers
        assert "default-src 'none'" in headers["Content-Security-Policy"]
        assert "unsafe" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "Cookie" in headers["Vary"]


def test_pages_of_a_person_are_not_kept_by_anybody(client):
    assert client.get("/").headers["Cache-Control"] == "no-cache"
    sign_in(client, member())
    assert client.get("/").headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("path", ["/api/v1/me", "/api/v1/me/ideas", "/api/v1/ideas"])
def test_what_a_program_reads_for_a_person_is_not_kept_either(client, path):
    answer = client.get(path, headers=api_key(member()))
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert "Authorization" in answer.headers["Vary"]


def test_what_anybody_reads_by_the_api_says_what_it_depends_on(client):
    headers = client.get("/api/v1/ideas").headers
    assert headers["Cache-Control"] == "no-cache"
    assert {"Authorization", "Cookie", "Accept-Language"} <= {each.strip() for each in headers["Vary"].split(",")}


def test_reading_sets_no_cookie(client):
    for path in ("/", "/chien-dich", "/rieng-tu", "/khong-co"):
        assert "Set-Cookie" not in client.get(path).headers


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://example.com"},
        {"Origin": "null"},
    ],
)
def test_change_asked_for_by_another_site_is_refused(client, headers):
    answer = client.post("/giao-dien", data=FORM, headers=headers)
    assert answer.status_code == 403
    assert "đến từ một trang khác" in answer.text


@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Site": "same-origin"}, {"Origin": "http://localhost"}])
def test_change_from_our_own_page_is_taken(client, headers):
    assert client.post("/giao-dien", data=FORM, headers=headers).status_code == 303


def test_signed_in_change_needs_the_token_and_loses_nothing_without_it(client):
    sign_in(client, member())
    answer = client.post("/giao-dien", data=FORM)
    assert answer.status_code == 400
    assert "Những gì bạn viết vẫn còn nguyên" in answer.text
    assert 'name="back" value="/quy-tac"' in answer.text
    token = token_in(answer.text)
    assert client.post("/giao-dien", data={**FORM, "csrf_token": token}).status_code == 303


def test_cookie_alone_changes_nothing_through_the_api(client):
    sign_in(client, member())
    answer = client.put("/api/v1/ideas/1/vote")
    assert (answer.status_code, answer.content_type) == (401, "application/problem+json")


@pytest.mark.parametrize("header", ["Bearer", "Bearer ", "Bearer \xa0", "bearer  "])
def test_a_header_without_a_token_lets_no_cookie_past_the_checks(client, header):
    sign_in(client, member())
    elsewhere = {"Authorization": header, "Sec-Fetch-Site": "cross-site"}
    assert client.put(f"/api/v1/ideas/{published_idea().id}/vote", headers=elsewhere).status_code == 403


def test_stale_button_of_htmx_loads_the_page_anew(client):
    sign_in(client, member())
    answer = client.post("/giao-dien", data=FORM, headers={"HX-Request": "true"})
    assert answer.headers["HX-Refresh"] == "true"


def test_secure_cookies_and_transport_where_the_portal_is_https(settings_for):
    app = create_app(settings_for(BASE_URL="https://nay.example", APP_PROFILE="production", SECRET_KEY="x"))
    answer = app.test_client().post("/giao-dien", data=FORM, base_url="https://nay.example")
    assert "Strict-Transport-Security" in answer.headers
    assert "Secure" in answer.headers["Set-Cookie"]
    assert app.config["SESSION_COOKIE_NAME"] == "__Host-sid"
