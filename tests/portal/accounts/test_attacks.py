"""What somebody outside tries: guesses from everywhere, and a host of their own in our links."""

from dataclasses import replace

import pytest

from portal.notifications import delivery
from tests.house.test_access import address, rules, things  # noqa: F401  # a fixture
from tests.portal.accounts import steps
from tests.portal.notifications import stories

pytestmark = pytest.mark.one_engine_each

EVIL = {"Host": "evil.example", "X-Forwarded-Host": "evil.example", "X-Forwarded-Server": "evil.example",
        "Forwarded": "host=evil.example", "X-Original-Host": "evil.example"}  # fmt: skip


def from_everywhere(app, number):
    """A new browser at a new address."""
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = f"198.51.{number // 250}.{number % 250 + 1}"
    return client


@pytest.mark.parametrize("redis_url", [None, "redis://127.0.0.1:1/0"], ids=["no Redis", "Redis is away"])
def test_ten_guesses_in_five_minutes_whatever_at_and_from_wherever(app, monkeypatch, redis_url):
    """Passwords and codes share one count for an account; so many addresses are no help."""
    monkeypatch.setitem(app.config, "SETTINGS", replace(app.config["SETTINGS"], redis_url=redis_url))
    who, looked_at = steps.staff("member"), 0
    asked = from_everywhere(app, 0)
    steps.ask(asked, who.email)
    wrong = steps.wrong(steps.code_for(who.email))
    for number in range(5):
        looked_at += steps.type_code(asked, wrong).status_code == 422
        looked_at += (
            steps.type_password(from_everywhere(app, number + 1), who.email, "sai rồi nhé bạn ơi").status_code == 422
        )
    assert looked_at == 10
    for number in range(10, 40):
        answer = steps.type_password(from_everywhere(app, number), who.email)  # even the right one
        assert answer.status_code == 429
        assert int(answer.headers["Retry-After"]) <= 300
    assert steps.type_code(asked, wrong).status_code in {303, 429}


def test_strangers_do_not_lock_the_owner_out_of_a_browser_that_knows_them(app):
    who, mine = steps.staff("member", app=False), app.test_client()
    steps.type_password(mine, who.email)
    assert steps.is_in(mine)
    mine.post("/dang-xuat", data={"csrf_token": steps.form_token(mine, "/toi/cai-dat")})
    for number in range(12):
        steps.type_password(from_everywhere(app, number), who.email, "sai rồi nhé bạn ơi")
    assert steps.type_password(from_everywhere(app, 99), who.email).status_code == 429
    assert steps.type_password(mine, who.email).location == "/toi"


def test_no_page_names_the_host_of_the_request(app, things):  # noqa: F811
    """Links are relative, or begin with BASE_URL: in pages, feeds, pictures for other sites, redirects and cookies."""
    client, wrong = app.test_client(), []
    for rule in rules(app, "GET"):
        answer = client.get(address(app, rule, things), headers=EVIL)
        if b"evil" in answer.data or "evil" in str(answer.headers):
            wrong.append(rule.rule)
    assert wrong == []


def test_no_letter_names_the_host_of_the_request(client):
    for path, form in (("/dang-nhap", {"email": "moi@example.vn"}), ("/dang-nhap/gui-lai", {})):
        assert client.post(path, data=form, headers=EVIL).status_code == 303
    sink = stories.Sink()
    stories.relay()
    delivery.drain(mailer=sink)
    assert sink.taken
    assert [one for one in sink.taken if "evil" in str(one)] == []
