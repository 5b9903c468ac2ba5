"""What an administrator may do about a letter, and about all of them."""

from __future__ import annotations

import pytest

from portal.database import db, now, transaction
from portal.ledger import services
from portal.notifications import addresses
from portal.notifications.failures import Refused
from tests import factories
from tests.forms import token_in
from tests.portal.ledger.post import acts, change, press
from tests.portal.notifications import stories
from tests.portal.notifications.bounces.reports import coming_back, secret_key
from tests.portal.notifications.sending import send


@pytest.mark.parametrize("state", ["dead", "uncertain"])
def test_sending_again_keeps_the_message_id_and_is_recorded(client, admin, state):
    stories.idea_sent()
    stories.relay()
    change(state=state)
    before = stories.letter("idea_received")
    assert "Sẽ gửi lại ngay." in press(client, "Gửi lại").text
    (sent,) = send().taken
    assert sent["Message-ID"] == before.message_id
    assert acts() == [("letter.again", before.id)]


def test_a_letter_that_came_back_is_sent_again_and_then_is_sent(client, admin):
    stories.idea_sent()
    stories.relay()
    send(Refused("5.1.1 no such user", 550))
    press(client, "Gửi lại")
    send()
    assert "Bị trả lại</span>" not in client.get("/quan-tri/thu").text
    with transaction():
        addresses.note_letter(secret_key(), coming_back(stories.letter("idea_received"), hard=False), now())
    db.session.expire_all()
    assert "Bị trả lại</span>" in client.get("/quan-tri/thu").text
    press(client, "Gửi lại")
    assert (stories.letter("idea_received").state, stories.letter("idea_received").sent_at) == ("pending", None)
    send()
    assert "Bị trả lại</span>" not in client.get("/quan-tri/thu").text


def test_sending_again_is_one_attempt_more_and_no_eight(client, admin):
    stories.idea_sent()
    stories.relay()
    change(state="dead", attempts=8)
    press(client, "Gửi lại")
    send(Refused("no such user", 550))
    assert stories.letter("idea_received").state == "dead"


@pytest.mark.parametrize("state", ["pending", "dead", "uncertain"])
def test_a_discarded_letter_is_never_sent(client, admin, state):
    stories.idea_sent()
    stories.relay()
    change(state=state)
    assert "Đã bỏ thư này." in press(client, "Bỏ").text
    assert send().taken == []
    assert [action for action, _ in acts()] == ["letter.discard"]


@pytest.mark.parametrize("state", ["sent", "sending", "claimed", "cancelled"])
@pytest.mark.parametrize("act", ["gui-lai", "bo"])
def test_what_is_sent_or_leaving_is_left_alone(client, admin, act, state):
    stories.idea_sent()
    stories.relay()
    change(state=state)
    letter = stories.letter("idea_received")
    token = token_in(client.get("/quan-tri/thu").text)
    answer = client.post(f"/quan-tri/thu/{letter.id}/{act}", data={"csrf_token": token}, follow_redirects=True)
    assert "vừa chuyển sang trạng thái khác" in answer.text
    assert stories.letter("idea_received").state == state
    assert acts() == []


def test_a_stopped_post_sends_codes_only_until_it_goes_on(client, admin):
    stories.idea_sent()
    stories.code_requested()
    stories.relay()
    assert "Đang dừng gửi thư từ" in press(client, "Dừng gửi tất cả").text
    assert [message["To"] for message in send().taken] == ["khach@example.vn"]
    assert "Đang dừng" not in press(client, "Gửi tiếp").text
    assert len(send().taken) == 1
    assert [action for action, _ in acts()] == ["letters.pause", "letters.resume"]


def test_stopping_twice_is_stopping_once(app):
    who = factories.member("admin")
    for _ in range(2):
        with transaction():
            services.pause(who, now())
    assert len(acts()) == 1
