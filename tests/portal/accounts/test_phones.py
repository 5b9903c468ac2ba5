"""Where the portal must know a telephone number: who has proven none reads everything and writes nothing."""

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from portal import mydata
from portal.accounts.phones import Phone, oldest_due
from portal.accounts.services.erasing import erase
from portal.database import db, now, transaction
from portal.discussion.models import Comment
from portal.settings import Settings, SettingsError
from portal.voting.models import Vote
from portal.web.security import SAFE_METHODS
from tests import factories
from tests.house.test_access import address, rules, things  # noqa: F401  # a fixture
from tests.portal.accounts import gateway, steps
from tests.portal.accounts.steps import csrf
from worker.tasks.accounts import send_text_messages

pytestmark = [pytest.mark.enable_socket, pytest.mark.one_engine_each]
PAGE, CODE = "/toi/so-dien-thoai", "/toi/so-dien-thoai/ma"
TYPED, NUMBER = "0912 345 678", "+84912345678"


@pytest.fixture(scope="module")
def sink():
    with gateway.running() as server:
        yield server


@pytest.fixture
def asked(app, sink, monkeypatch):
    """A portal that asks for a number; the gateway."""
    chosen = replace(app.config["SETTINGS"], sms_url=sink.url, sms_token="key", phone_verification=True)
    monkeypatch.setitem(app.config, "SETTINGS", chosen)
    sink.taken.clear()
    sink.status = 202
    return sink


def ask(client, typed=TYPED):
    return client.post(PAGE, data={**csrf(client), "phone": typed})


def code_in(sink):
    """The six digits of the last message."""
    return "".join(mark for mark in sink.taken[-1][2]["text"].partition(",")[0] if mark.isdigit())


def prove(client, sink, typed=TYPED):
    ask(client, typed)
    send_text_messages()
    return client.post(CODE, data={**csrf(client), "code": code_in(sink)})


def comment(client, idea):
    return client.post(f"/y-tuong/{idea.id}/binh-luan", data={**csrf(client), "body": "Hay quá, làm luôn đi."})


# --- off, as it comes ------------------------------------------------------------------------------------


def test_without_the_setting_nobody_is_asked(app, client):
    factories.sign_in(client, factories.member())
    assert client.get(PAGE).status_code == 404
    assert client.get(CODE).location == PAGE
    assert "Số điện thoại" not in client.get("/toi/bao-mat").text
    assert comment(client, factories.published_idea()).status_code == 303


@pytest.mark.parametrize("wrong", [{"PHONE_VERIFICATION": "on"}, {"PHONE_VERIFICATION": "yes"}])
def test_a_portal_that_could_send_no_code_does_not_start(tmp_path, wrong):
    with pytest.raises(SettingsError, match="PHONE_VERIFICATION"):
        Settings.from_env({"VAR_DIR": str(tmp_path), **wrong})


# --- on ---------------------------------------------------------------------------------------------------


def test_a_number_is_proven_and_then_one_writes(app, client, asked):
    who, idea = factories.member(), factories.published_idea()
    factories.sign_in(client, who)
    refused = comment(client, idea)
    assert refused.status_code == 403
    assert "Xác minh số điện thoại trước nhé" in refused.text
    assert 'value="Hay quá, làm luôn đi."' in refused.text, "nothing typed is lost"
    assert "pháp" not in client.get(PAGE).text
    assert ask(client).location == CODE
    send_text_messages()
    path, key, message = asked.taken[0]
    assert (path, key, message["to"]) == ("/send", "Bearer key", NUMBER)
    assert message["text"] == f"Nay: ma cua ban la {code_in(asked)}, dung trong 10 phut. Khong dua ma cho ai."
    assert "0912 ••• 678" in client.get(CODE).text
    assert client.post(CODE, data={**csrf(client), "code": code_in(asked)}).location == "/toi/bao-mat"
    assert comment(client, idea).status_code == 303
    assert "Đã xác minh một số điện thoại" in client.get("/toi/bao-mat").text
    assert client.get(CODE).location == "/toi/bao-mat"  # the back button


def test_whoever_has_no_number_writes_nothing_by_any_route(app, client, asked, things):  # noqa: F811
    """Every route that changes something, but for those that are free: what is not named here is shut."""
    who = factories.member()
    factories.sign_in(client, who)
    bearer = factories.api_key(who)
    page, opened = {"X-CSRFToken": csrf(client)["csrf_token"]}, set()
    theirs_alone = ("accounts.", "notifications.", "notices")
    for rule in rules(app, "POST", "PUT", "PATCH", "DELETE"):
        for method in rule.methods - SAFE_METHODS if not rule.endpoint.startswith(theirs_alone) else ():
            headers = bearer if rule.rule.startswith("/api/") else page
            if client.open(address(app, rule, things), method=method, headers=headers).status_code != 403:
                opened.add(rule.endpoint)
    assert opened == {
        "ideas.keep", "ideas.discard", "discussion.follow", "reports.send", "reports_api.report", "pages.theme",
    }  # fmt: skip


def test_whoever_has_no_number_reads_all(client, asked):
    idea = factories.published_idea()
    factories.sign_in(client, factories.member())
    for path in ("/", "/y-tuong", f"/y-tuong/{idea.id}", "/toi", "/gui-y-tuong", "/toi/du-lieu"):
        assert client.get(path, follow_redirects=True).status_code == 200


def test_a_vote_button_leads_to_the_number_and_the_api_says_why(app, client, asked):
    who, idea = factories.member(), factories.published_idea()
    factories.sign_in(client, who)
    button = client.post(f"/y-tuong/{idea.id}/ung-ho", data=csrf(client), headers={"HX-Request": "true"})
    assert button.headers["HX-Redirect"] == PAGE
    key = factories.api_key(who)
    answer = app.test_client().put(f"/api/v1/ideas/{idea.id}/vote", headers=key)
    assert (answer.status_code, "Xác minh số điện thoại" in answer.json["detail"]) == (403, True)


def test_what_a_visitor_began_waits_for_the_number_too_and_is_done_once(client, asked):
    idea, who = factories.published_idea(), factories.member()
    client.post(f"/y-tuong/{idea.id}/ung-ho", data={"support": "1", "back": f"/y-tuong/{idea.id}"})
    client.post(f"/y-tuong/{idea.id}/binh-luan", data={"body": "Hay quá, làm luôn đi."})
    assert steps.arrive(client, who.email).location == PAGE
    counted = [select(func.count()).select_from(table) for table in (Vote, Comment)]
    assert [db.session.scalar(count) for count in counted] == [0, 0]
    assert prove(client, asked).location.startswith(f"/y-tuong/{idea.id}")
    assert [db.session.scalar(count) for count in counted] == [1, 1]
    assert "Đã đăng bình luận của bạn." in client.get("/toi").text


# --- codes ------------------------------------------------------------------------------------------------


def test_five_wrong_codes_are_the_most(client, asked):
    factories.sign_in(client, factories.member())
    ask(client)
    send_text_messages()
    wrong = {**csrf(client), "code": steps.wrong(code_in(asked))}
    assert [client.post(CODE, data=wrong).status_code for _ in range(5)] == [422] * 5
    assert client.post(CODE, data={**wrong, "code": code_in(asked)}).location == PAGE
    assert db.session.scalars(select(Phone.verified_at)).all() == [None]


def test_a_double_click_is_one_message_and_five_a_day_are_enough(client, asked):
    factories.sign_in(client, factories.member())
    ask(client)
    ask(client)
    send_text_messages()
    assert len(asked.taken) == 1
    answers = [ask(client, f"091234567{n}").status_code for n in range(5)]
    assert answers == [303] * 4 + [429]


def test_one_number_is_a_familys_not_a_farms(app, asked):
    for _ in range(5):
        client = factories.sign_in(app.test_client(), factories.member())
        row = Phone(member_id=factories.member().id, number=NUMBER, token="x", language="vi", created_at=now())
        row.expires_at = row.verified_at = now()
        db.session.add(row)
        db.session.commit()
    answer = ask(client)
    assert (answer.status_code, "nhiều tài khoản" in answer.text) == (422, True)


def test_a_new_number_takes_the_old_ones_place(client, asked):
    factories.sign_in(client, factories.member())
    prove(client, asked)
    assert "Bây giờ là 0912 ••• 678." in client.get(PAGE).text
    prove(client, asked, "0987 654 321")
    assert db.session.scalars(select(Phone.number)).all() == ["+84987654321"]


@pytest.mark.parametrize("typed", ["", "0212345678", "+1 912 345 678"])
def test_what_is_no_mobile_number_is_said(client, asked, typed):
    factories.sign_in(client, factories.member())
    answer = ask(client, typed)
    assert (answer.status_code, "Số điện thoại chưa đúng" in answer.text) == (422, True)


# --- the gateway -----------------------------------------------------------------------------------------


def test_a_busy_gateway_is_asked_again_with_the_same_reference(client, asked):
    factories.sign_in(client, factories.member())
    ask(client)
    asked.status = 503
    send_text_messages()
    row = db.session.scalars(select(Phone)).one()
    assert row.next_at > now()
    assert row.sent_at is None
    row.next_at = now()
    db.session.commit()
    asked.status = 202
    send_text_messages()
    assert len({message["reference"] for _, _, message in asked.taken}) == 1
    assert (db.session.scalars(select(Phone.sent_at)).one() is not None, oldest_due(now())) == (True, None)


def test_a_number_the_gateway_refuses_is_told_and_not_tried_again(client, asked):
    factories.sign_in(client, factories.member())
    ask(client)
    asked.status = 400
    send_text_messages()
    send_text_messages()
    assert len(asked.taken) == 1
    assert "không gửi được tới số này" in client.get(CODE).text


def test_a_worker_that_dies_leaves_the_message_to_another(client, asked):
    from portal.accounts.services import phoning

    factories.sign_in(client, factories.member())
    ask(client)
    with transaction():
        first = phoning.claim_message("test", now())
    with transaction():
        assert phoning.claim_message("test", now()) is None
    with transaction():
        again = phoning.claim_message("test", now() + phoning.LEASE)
    assert again == first


# --- what is kept -----------------------------------------------------------------------------------------


def test_the_number_is_in_ones_data_and_goes_with_the_account(client, asked, caplog):
    who = factories.member()
    factories.sign_in(client, who)
    prove(client, asked)
    assert mydata.gather(who.id)["phone"][0]["number"] == NUMBER
    assert "912345678" not in caplog.text
    with transaction():
        erase(who.id, now())
    assert db.session.scalars(select(Phone)).all() == []
