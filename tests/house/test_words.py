"""What somebody typed comes back, whatever became of their session or of the portal meanwhile: on every route."""

from html import unescape

import pytest

from portal.accounts import queries as accounts
from portal.accounts import services
from portal.database import now, transaction
from tests import factories
from tests.forms import token_in
from tests.house.test_access import access, address, rules, things  # noqa: F401  # a fixture

pytestmark = pytest.mark.one_engine_each

WORDS = "Câu này mình viết\nsuốt một buổi <b>tối</b> & không muốn mất"
KEPT = {"body": WORDS, "name": "Hà", "case": "7:1"}
SECRETS = {"password": "mật khẩu của mình", "code": "428 113", "token": "k" * 43, "credential": '{"id": "khoá"}'}


def forms_of(app, *guards):
    """Every route of a page that takes a form, public or not; new routes are in it by themselves."""
    return [
        rule
        for rule in rules(app, "POST")
        if not rule.rule.startswith("/api/")
        and not hasattr(app.view_functions[rule.endpoint], "own_proof")
        and (access(app, rule) == "public") is ("public" in guards)
    ]


def lost(app, things, client, concerned, status, again=True):  # noqa: F811
    """The routes whose answer is another, lacks the words or what belongs to them, or repeats a secret."""
    found = {}
    for rule in concerned:
        answer = client.post(address(app, rule, things), data={**KEPT, **SECRETS, "csrf_token": "of another page"})
        page = unescape(answer.text)
        wrong = [f"answers {answer.status_code}"] if answer.status_code != status else []
        wrong += [] if "no-store" in answer.headers["Cache-Control"] else ["is kept by the browser"]
        wrong += [] if f"{WORDS}</textarea>" in page else ["loses the words"]
        wrong += [f"repeats {name}" for name, secret in SECRETS.items() if secret in page]
        if again:
            fields = {f'<input type="hidden" name="{name}" value="{value}">' for name, value in KEPT.items()}
            wrong += [] if all(field in page for field in fields) else ["cannot be sent again"]
        if wrong:
            found[rule.rule] = wrong
    return found


def ran_out(app, who):
    client = factories.sign_in(app.test_client(), who)
    end_sessions_of(who)
    return client


def signed_out_in_another_tab(app, who):
    client = factories.sign_in(app.test_client(), who)
    client.post("/dang-xuat", data={"csrf_token": token_in(client.get("/toi").text)})
    return client


def without_cookies(app, _who):
    return app.test_client()


def end_sessions_of(who):
    with transaction():
        services.end_sessions(who.id, now())


@pytest.mark.parametrize("gone", [ran_out, signed_out_in_another_tab, without_cookies])
def test_whatever_became_of_the_session_the_words_wait_for_their_writer(app, things, gone):  # noqa: F811
    client = gone(app, factories.member("admin"))
    assert lost(app, things, client, forms_of(app), 403) == {}


def test_a_page_opened_before_somebody_signed_in_sends_nothing_in_their_name_unasked(app, things):  # noqa: F811
    """Another member in another tab, or the same one anew: the page says who it would be, and waits for a press."""
    client = factories.sign_in(app.test_client(), factories.member("admin", name="Trần Thị Bình"))
    assert lost(app, things, client, [*forms_of(app), *forms_of(app, "public")], 400) == {}
    answer = client.post("/giao-dien", data=KEPT)
    assert "đang đăng nhập: Trần Thị Bình" in answer.text


def test_who_may_no_longer_do_it_keeps_the_words(app, things):  # noqa: F811
    client = factories.sign_in(app.test_client(), factories.member())
    token = token_in(client.get("/toi").text)
    concerned = [rule for rule in forms_of(app) if access(app, rule) not in {"signed_in", "public"}]
    answers = {
        rule.rule: client.post(address(app, rule, things), data={**KEPT, "csrf_token": token}) for rule in concerned
    }
    assert {answer.status_code for answer in answers.values()} == {404}
    assert [rule for rule, answer in answers.items() if f"{WORDS}</textarea>" not in unescape(answer.text)] == []


def test_a_form_is_sent_by_its_writer_once_they_are_back(app):
    """Signed out, signed in again in another tab, and two presses: the second says in whose name."""
    client, who = app.test_client(), factories.member(name="Lê Minh Anh")
    form = {"display_name": "Minh Anh mới", "unit": "", "language": "vi"}
    assert client.post("/toi/cai-dat", data=form).status_code == 403
    factories.sign_in(client, who)
    asked = client.post("/toi/cai-dat", data=form)
    assert asked.status_code == 400
    assert "đang đăng nhập: Lê Minh Anh" in asked.text
    sent = client.post("/toi/cai-dat", data={**form, "csrf_token": token_in(asked.text)})
    assert sent.status_code == 303
    assert accounts.whole_member(who.id).display_name == "Minh Anh mới"
