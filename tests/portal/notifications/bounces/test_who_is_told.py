"""Whose mailbox letters come back from hears of it, where they arrive next, and what they hear is true then."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from portal.accounts import services
from portal.accounts.models import Member
from portal.database import db, now, transaction
from portal.notices.models import Notice
from portal.notifications import addresses
from portal.notifications.failures import RecipientRefused
from tests import factories
from tests.portal.accounts import family, steps
from tests.portal.notifications import stories
from tests.portal.notifications.bounces.reports import returned, secret_key
from tests.portal.notifications.sending import send

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.one_engine_each]
GONE = RecipientRefused("5.1.1 no such user", 550)


def told(kind="mail_returned"):
    return db.session.scalars(select(Notice.member_id).where(Notice.kind == kind)).all()


def test_who_signs_in_by_a_code_hears_that_letters_came_back_and_go_again(client, letter, member):
    returned(letter, 2)
    steps.arrive(client, member.email)
    page = client.get("/toi").text
    assert "thư gửi tới bạn bị trả lại nên Nảy dừng gửi. Bạn vừa đọc được mã, vậy giờ thư lại đi." in page
    assert "Thư gửi tới bạn bị trả lại" not in client.get("/toi/thu").text
    assert "bị trả lại" not in client.get("/toi").text


def test_who_signs_in_by_a_password_hears_that_none_goes_and_where_to_look(client, letter, member):
    with transaction():
        services.set_password(member, steps.PASSWORD)
    returned(letter, 2)
    steps.type_password(client, member.email)
    assert "Nảy chỉ gửi mã đăng nhập. Xem lại ở Trang của tôi" in client.get("/toi").text
    page = client.get("/toi/thu").text
    assert "Thư gửi tới bạn bị trả lại" in page
    assert "Đổi e-mail</a>" in page
    assert addresses.is_dead(secret_key(), member.email)


def test_if_a_code_is_the_last_straw_the_member_with_that_address_is_told(member):
    for _ in range(2):
        stories.code_requested(member.email)
        stories.relay()
        steps.a_minute_passes()
        send(GONE)
    assert told() == [member.id]


def test_nobody_is_told_of_an_address_that_nobody_has():
    for _ in range(2):
        stories.code_requested("khach@example.vn")
        stories.relay()
        steps.a_minute_passes()
        send(GONE)
    assert told() == []


def test_a_mailbox_somebody_has_left_is_no_longer_theirs_to_hear_of(letter, member):
    with transaction():
        db.session.execute(update(Member).where(Member.id == member.id).values(email="moi@example.vn"))
    returned(letter, 2)
    assert addresses.is_dead(secret_key(), "lan@example.vn")
    assert told() == []


@pytest.mark.parametrize("by", ["refusal", "report"])
def test_a_child_hears_at_once_that_the_guardian_cannot_be_asked_and_corrects_the_address(client, by):
    child = family.child(guardian="hahn@example.vn", email="con@example.vn")
    stories.relay()
    if by == "refusal":
        send(GONE)
    else:
        send()
        returned(stories.letter("guardian_request"))
    assert told("guardian_unreached") == [child.id]
    factories.sign_in(client, child)
    assert "không tới được" in client.get("/toi/thong-bao").text
    page = client.get("/toi").text
    assert "Thư gửi tới hahn@example.vn không tới được." in page
    assert "Đã gửi thư cho phụ huynh." not in page
    client.post("/toi/phu-huynh", data={**steps.csrf(client), "guardian_email": family.PARENT})
    page = client.get("/toi").text
    assert "không tới được" not in page
    assert "Đã gửi thư cho phụ huynh." in page


@pytest.mark.parametrize(("times", "is_told"), [(4, False), (5, True)])
def test_a_full_mailbox_of_a_guardian_is_waited_for_but_not_for_ever(client, times, is_told):
    child = family.child(email="con@example.vn")
    stories.relay()
    send()
    returned(stories.letter("guardian_request"), times, hard=False)
    assert told("guardian_unreached") == [child.id] * is_told
    factories.sign_in(client, child)
    assert ("không tới được" in client.get("/toi").text) is is_told


def test_a_wrong_address_that_was_corrected_meanwhile_is_no_news(client):
    child = family.child(guardian="hahn@example.vn")
    stories.relay()
    send()
    with transaction():
        services.ask_guardian(child, family.PARENT, now())
    returned(stories.letter("guardian_request"))
    assert told("guardian_unreached") == []
