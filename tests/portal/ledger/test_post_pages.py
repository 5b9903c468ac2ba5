"""The ledger of letters: what happened to each, why, and what an administrator may do about it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from portal.database import db, now, transaction
from portal.ideas.models import Idea
from portal.ledger.words import KINDS as NAMED
from portal.notifications import addresses, delivery, health
from portal.notifications.catalogue import KINDS
from portal.notifications.failures import Later, Refused, ServerAway
from portal.notifications.models import Letter
from portal.outbox.models import Fact
from tests import factories
from tests.portal.accounts import family
from tests.portal.ledger.post import acts, change, press
from tests.portal.notifications import stories
from tests.portal.notifications.bounces.reports import coming_back, secret_key
from tests.portal.notifications.sending import send
from tests.queries import count_queries

# --- reading ------------------------------------------------------------------------------------


def test_every_kind_of_letter_has_a_name_for_people():
    assert set(NAMED) == set(KINDS)


def test_an_empty_ledger_says_so(client, admin):
    page = client.get("/quan-tri/thu").text
    assert "Không có thư nào." in page
    assert "Dừng gửi tất cả" in page


def test_a_letter_is_listed_with_whom_it_is_to_and_how_it_ended(client, admin):
    stories.idea_sent(factories.member(name="Lê Lan", email="lan@example.vn"), title="Tủ sách đi nhờ xe buýt")
    stories.relay()
    send(Refused("no such user here", 550))
    page = client.get("/quan-tri/thu").text
    for words in (
        "Đã nhận ý tưởng",
        "Lê Lan",
        "l•••@example.vn",
        "Tủ sách đi nhờ",
        "Không gửi được",
        "Bên nhận từ chối",
    ):
        assert words in page
    assert "550 no such user here" in page
    assert "lan@example.vn" not in page


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"state": "uncertain"}, "Mất liên lạc đúng lúc chờ"),
        ({"state": "cancelled", "last_text": "the idea is withdrawn"}, "không còn cần nữa"),
        ({"state": "dead", "attempts": 8, "last_text": "KeyError"}, "Thử 8 lần"),
        ({"state": "dead", "attempts": 9, "last_code": 451}, "hoãn suốt ba ngày"),
        ({"state": "pending", "attempts": 2, "last_code": 451}, "Bên nhận hoãn, sẽ thử lại"),
        ({"state": "sent", "repeat_risk": 1}, "Có thể đã tới hai lần"),
    ],
)
def test_the_cause_is_told_in_words(client, admin, values, words):
    stories.idea_sent()
    stories.relay()
    change(**values)
    assert words in client.get("/quan-tri/thu").text


@pytest.mark.parametrize(
    "asked",
    ["Lan@example.vn", "@{handle}", "{idea}", "#{letter}", "{message_id}", "{bare}", "Message-ID: {message_id}"],
)
def test_letters_are_found_by_person_and_idea_and_as_letters(client, admin, asked):
    author = factories.member(email="lan@example.vn")
    idea = stories.idea_sent(author)
    other = stories.idea_sent(title="Một ý khác hẳn của người khác")
    stories.relay()
    letter = db.session.scalars(select(Letter).where(Letter.idea_id == idea.id)).one()
    names = {"message_id": letter.message_id, "bare": letter.message_id.strip("<>"), "letter": letter.id}
    asked = asked.format(handle=author.handle, idea=idea.id, **names)
    with count_queries() as counted:
        page = client.get("/quan-tri/thu", query_string={"q": asked}).text
    assert counted.n <= 5
    assert idea.title in page
    assert names["bare"].partition("@")[0] in page
    assert other.title not in page


def test_a_code_is_found_by_the_address_that_asked_for_it(client, admin):
    for email in ("khach@example.vn", "khac@example.vn"):
        stories.code_requested(email)
    stories.relay()
    page = client.get("/quan-tri/thu?q=khach@example.vn").text
    assert page.count("Mã đăng nhập</b>") == 1


def test_a_code_for_a_new_address_is_found_by_it(client, admin):
    stories.address_change("vi")
    stories.relay()
    page = client.get("/quan-tri/thu?q=moi@example.vn").text
    assert "Mã đổi địa chỉ</b>" in page
    assert "m•••@example.vn" in page


def test_a_letter_to_an_address_somebody_has_left_is_found_by_it_and_shows_it(client, admin):
    stories.security_event("email_changed", "vi")
    stories.relay()
    (sent,) = [message for message in send().taken if "từng là của" in message.get_body(("plain",)).get_content()]
    page = client.get("/quan-tri/thu", query_string={"q": sent["To"]}).text
    assert "Đã đổi địa chỉ</b>" in page
    assert f"{sent['To'][0]}•••@" in page


def test_a_childs_letters_are_found_by_the_guardians_address_which_is_the_one_shown(client, admin):
    child = family.allowed_child(email="con@example.vn")
    stories.idea_sent(child)
    stories.relay()
    page = client.get("/quan-tri/thu", query_string={"q": family.PARENT}).text
    assert "Đã nhận ý tưởng</b>" in page
    assert "Xin ý kiến phụ huynh</b>" in page
    assert "h•••@example.vn" in page
    assert "c•••@example.vn" not in page


@pytest.mark.parametrize(
    ("tell", "named"),
    [
        (stories.stepped, "Ý tưởng đi tiếp một bước"),
        (stories.hidden, "Nội dung bị ẩn"),
        (lambda: stories.invited("vi"), "Mời đồng tác giả"),
    ],
    ids=["step", "hidden", "invited"],
)
def test_every_letter_about_an_idea_is_found_by_its_number(client, admin, tell, named):
    tell()
    idea_id = db.session.scalar(select(Idea.id))
    stories.relay()
    assert f"{named}</b>" in client.get(f"/quan-tri/thu?q={idea_id}").text


def test_a_letter_that_came_back_is_shown_as_such_and_listed_apart(client, admin):
    stories.idea_sent()
    stories.idea_sent()
    stories.relay()
    send()
    letter = db.session.scalars(select(Letter).order_by(Letter.id)).first()
    with transaction():
        addresses.note_letter(secret_key(), coming_back(letter), now())
    db.session.expire_all()
    page = client.get("/quan-tri/thu?trang-thai=returned").text
    assert "Đã gửi, rồi bên nhận báo không tới." in page
    assert "5.1.1 no such user" in page
    assert page.count("Đã nhận ý tưởng</b>") == 1


def test_what_became_no_letter_is_shown_and_run_again(client, admin):
    stories.idea_sent()
    with transaction():
        db.session.execute(update(Fact).values(state="dead", attempts=8))
    assert "không thành thư" in client.get("/quan-tri/thu").text
    assert "Sẽ chạy lại ngay." in press(client, "Chạy lại").text
    stories.relay()
    assert stories.letter("idea_received").state == "pending"
    assert [action for action, _ in acts()] == ["facts.again"]


def test_nobody_is_found_by_half_an_address(client, admin):
    stories.idea_sent(factories.member(email="lan@example.vn"))
    stories.relay()
    assert "Không có thư nào như vậy" in client.get("/quan-tri/thu?q=lan@").text


def test_letters_can_be_listed_by_state(client, admin):
    stories.idea_sent()
    stories.relay()
    change(state="dead")
    stories.code_requested()
    stories.relay()
    page = client.get("/quan-tri/thu?trang-thai=dead").text
    assert "Đã nhận ý tưởng</b>" in page
    assert "Mã đăng nhập</b>" not in page


def test_a_long_ledger_goes_on_where_it_ended_and_costs_few_queries(client, admin):
    for _ in range(32):
        stories.idea_sent()
    stories.relay()
    with count_queries() as counted:
        first = client.get("/quan-tri/thu").text
    assert counted.n <= 5, counted.statements
    second = client.get(re.search(r"/quan-tri/thu\?after=\d+", first)[0]).text
    assert [page.count("Đã nhận ý tưởng</b>") for page in (first, second)] == [30, 2]


# --- how the post is doing ----------------------------------------------------------------------


@pytest.mark.parametrize("held", [{}, {"state": "claimed", "owner": "a worker"}], ids=["due", "held"])
def test_late_letters_are_shown_with_their_age(client, admin, held):
    stories.idea_sent()
    stories.relay()
    change(next_at=now() - timedelta(minutes=3), **held)
    page = client.get("/quan-tri/thu").text
    assert "Thư đang chậm." in page
    assert "3 phút" in page


@pytest.mark.parametrize("answer", [None, Later("greylisted", 451), Refused("no such user", 550)])
def test_why_all_letters_wait_is_shown_until_the_server_talks(client, admin, answer):
    stories.idea_sent()
    stories.relay()
    for words in ("authentication failed", "authentication failed", "account locked"):
        delivery.pause.end()
        send(ServerAway(words, 535))
    page = client.get("/quan-tri/thu").text
    assert "Máy chủ thư không nhận thư của mình từ" in page
    assert "535 account locked" in page
    assert "535 authentication failed" not in page
    delivery.pause.end()
    send(answer)
    assert health.health(now()).trouble_at is None
    assert "Máy chủ thư không nhận" not in client.get("/quan-tri/thu").text


def test_health_counts_what_was_sent_and_what_died(app):
    for n in range(3):
        stories.code_requested(f"khach{n}@example.vn")
    stories.relay()
    send(Refused("no", 550))
    found = health.health(now())
    assert (found.waiting, found.oldest_due, found.per_minute, found.dead_in_hour) == (0, None, 0.4, 1)
    assert health.by_state(now())["sent"] == 2
    assert health.by_state(now())["dead"] == 1
