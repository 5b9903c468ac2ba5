"""Letters that come back: reports read, addresses given up and proven again, and who may say so."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from portal.accounts.models import SignInAttempt
from portal.database import db, now, transaction
from portal.notices.models import Notice
from portal.notifications import addresses, bounces, delivery, tickets
from portal.notifications.failures import RecipientRefused, Refused
from portal.notifications.models import ReturnedMail
from tests import factories
from tests.forms import token_in
from tests.portal.accounts import family
from tests.portal.notifications import stories
from tests.portal.notifications.bounces.reports import coming_back, report, returned, secret_key
from tests.queries import count_queries

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.one_engine_each]


# --- reading ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "action", "hard", "code"),
    [
        ("5.1.1", "failed", True, "5.1.1"),
        ("5.2.2", "failed", False, "5.2.2"),  # a full mailbox
        ("4.4.1", "failed", False, "4.4.1"),
        ("5.7.1", "failed", None, "5.7.1"),  # we are blocked
        ("5.1.8", "failed", None, "5.1.8"),  # they do not like the sender
    ],
)
def test_a_report_says_of_which_letter_and_how_bad_it_is(letter, status, action, hard, code):
    (found,) = bounces.read(report(letter, status=status, action=action), secret_key()).returned
    assert (found.letter_id, found.hard, found.code) == (letter.id, hard, code)
    assert found.text == f"550 {status} no such user here"


def test_the_return_address_names_the_letter_where_the_report_does_not(letter):
    to = bounces.return_address("tra-lai@nay.example.vn", secret_key(), letter.id)
    assert re.fullmatch(rf"tra-lai\+{letter.id}\.[0-9a-f]+@nay\.example\.vn", to)
    (found,) = bounces.read(report(letter, to=to, with_letter=False), secret_key()).returned
    assert found.letter_id == letter.id


def test_a_return_address_nobody_could_know_is_not_believed(letter):
    forged = f"tra-lai+{letter.id}.0123456789ab@nay.example.vn"
    assert bounces.read(report(letter, to=forged, with_letter=False), secret_key()) == bounces.Mail([])


@pytest.mark.parametrize("action", ["delivered", "relayed", "expanded", "delayed"])
def test_good_news_is_no_bounce(letter, action):
    assert bounces.read(report(letter, status="2.0.0", action=action), secret_key()) == bounces.Mail([])


@pytest.mark.parametrize(
    "raw", [b"", b"\xff\xfe", b"Subject: Re: hello\r\n\r\nhi", b"To: a+99999999999999999999.ab@c\r\n\r\n"]
)
def test_other_mail_is_not_taken_for_a_report(raw):
    assert bounces.read(raw, secret_key()) == bounces.Mail([])


def test_letters_leave_with_their_own_return_address(letter, with_bounces):
    stories.code_requested()
    stories.relay()
    sink = stories.Sink()
    delivery.drain(mailer=sink)
    number = stories.letter("sign_in_code").id
    assert sink.senders == [bounces.return_address("tra-lai@nay.example.vn", secret_key(), number)]
    assert sink.taken[0]["Return-Path"] is None


# --- what it means ------------------------------------------------------------------------------


def test_one_letter_counts_once_however_often_it_is_reported(letter):
    for _ in range(3):
        with transaction():
            addresses.note_letter(secret_key(), coming_back(letter), now())
    assert not addresses.is_dead(secret_key(), "lan@example.vn")
    assert db.session.scalars(select(ReturnedMail.hard)).all() == [1]


@pytest.mark.parametrize(
    ("hard", "times", "dead"), [(True, 1, False), (True, 2, True), (False, 4, False), (False, 5, True)]
)
def test_an_address_is_given_up_after_enough_returns(letter, hard, times, dead):
    returned(letter, times, hard)
    assert addresses.is_dead(secret_key(), "lan@example.vn") is dead
    assert stories.letter("idea_received").last_text == "returned: 5.1.1 no such user"


def test_old_troubles_are_forgiven(letter):
    returned(letter, at=now() - timedelta(days=20))
    returned(letter)
    assert not addresses.is_dead(secret_key(), "lan@example.vn")


def test_nothing_is_sent_to_a_dead_address_but_codes_and_the_member_is_told_inside(letter, member):
    returned(letter, 3)
    stories.decided("approve", stories.idea_sent(member))
    stories.relay()
    stories.due_now()
    stories.code_requested("lan@example.vn")
    stories.relay()
    sink = stories.Sink()
    delivery.drain(mailer=sink)
    assert [message["Subject"][7:] for message in sink.taken if message["To"] == "lan@example.vn"] == [
        "là mã đăng nhập Nảy"
    ]
    assert stories.letter("idea_published").state == "cancelled"
    told = db.session.scalars(select(Notice).where(Notice.kind == "mail_returned")).all()
    assert [notice.member_id for notice in told] == [member.id]


def test_a_code_that_arrived_proves_the_address(letter):
    returned(letter, 2)
    stories.code_requested("lan@example.vn")
    with transaction():
        db.session.execute(update(SignInAttempt).values(code_ok_at=now() + timedelta(seconds=1)))
    assert not addresses.is_dead(secret_key(), "lan@example.vn")
    with transaction():
        addresses.sweep(secret_key(), now() + timedelta(seconds=2))
    assert db.session.scalars(select(ReturnedMail)).all() == []


def test_what_many_have_proven_is_forgotten_in_a_few_statements(app):
    moment = now()
    boxes = [f"{number}@example.vn" for number in range(6)]
    keys = [addresses.key_of(secret_key(), address) for address in boxes]
    for address in boxes:
        stories.code_requested(address)
    with transaction():
        for number, key in enumerate(keys[:5]):
            dead_at = moment + timedelta(hours=number % 3 == 0)
            db.session.add(ReturnedMail(key=key, soft=0, hard=2, last_at=moment, dead_at=dead_at))
        db.session.execute(update(SignInAttempt).values(code_ok_at=moment + timedelta(minutes=1)))
        db.session.add(ReturnedMail(key=keys[5], soft=1, hard=0, last_at=moment))
        for hours in (1, 2):  # of several codes the last counts
            before = {"code_ok_at": moment - timedelta(hours=hours), "created_at": moment, "expires_at": moment}
            db.session.add(SignInAttempt(token=f"{hours}" * 43, email=boxes[1], language="vi", **before))
    with transaction(), count_queries() as counted:
        addresses.sweep(secret_key(), moment + timedelta(hours=1))
    assert counted.n <= 4
    assert set(db.session.scalars(select(ReturnedMail.key))) == {keys[0], keys[3], keys[5]}, (
        "given up after the code, or not at all"
    )


def test_a_member_says_that_the_mailbox_works_again(letter, member, client):
    factories.sign_in(client, member)
    returned(letter, 2)
    page = client.get("/toi/thu").text
    assert "Thư gửi tới bạn bị trả lại" in page
    assert "bị trả lại" in client.get("/toi/thong-bao").text
    token = token_in(page)
    answer = client.post("/toi/thu", data={"csrf_token": token, "revive": "1"})
    assert "Nảy lại gửi thư" in client.get(answer.location).text
    assert not addresses.is_dead(secret_key(), "lan@example.vn")


@pytest.mark.parametrize(
    ("code", "words", "hard", "soft"),
    [
        (550, "5.1.1 no such user", 2, 0),
        (550, "unknown", 2, 0),
        (552, "5.2.2 mailbox full", 0, 2),
        (552, "too much mail", 0, 2),
        (550, "5.7.1 your network is blocked", 0, 0),
        (550, "5.1.90 you have reached your daily limit for message recipients", 0, 0),
        (554, "no", 0, 0),
        (554, "mail from [5.1.20.30] is refused", 0, 0),
    ],
)
def test_a_recipient_the_server_refuses_counts_by_what_it_says_and_the_member_is_told(member, code, words, hard, soft):
    for _ in range(2):
        stories.idea_sent(member)
        stories.relay()
        delivery.drain(mailer=stories.Sink(RecipientRefused(words, code)))
    counted = db.session.execute(select(ReturnedMail.hard, ReturnedMail.soft)).first()
    assert (counted or (0, 0)) == (hard, soft)
    assert addresses.is_dead(secret_key(), "lan@example.vn") is (hard == 2)
    told = db.session.scalars(select(Notice.member_id).where(Notice.kind == "mail_returned")).all()
    assert told == [member.id] * (hard == 2)


def test_a_refusal_of_the_text_says_nothing_of_the_address(member):
    for _ in range(2):
        stories.idea_sent(member)
        stories.relay()
        delivery.drain(mailer=stories.Sink(Refused("administrative prohibition", 550)))
    assert not addresses.is_refused(secret_key(), "lan@example.vn")


def test_a_guardians_address_is_tried_again_when_they_answer_or_it_is_typed_again():
    child = family.child()
    key = addresses.key_of(secret_key(), family.PARENT)

    def given_up():
        with transaction():
            for _ in range(2):
                addresses.note(key, now(), hard=True, code="5.1.1", text="no such user")
        assert addresses.is_dead(secret_key(), family.PARENT)

    stories.relay()
    given_up()
    family.agree(child)
    stories.relay()
    assert not addresses.is_dead(secret_key(), family.PARENT)
    given_up()
    family.child(family.PARENT)
    stories.relay()
    assert not addresses.is_dead(secret_key(), family.PARENT)


def test_the_page_of_a_childs_letters_is_about_the_guardians_mailbox(client):
    child = family.allowed_child()
    with transaction():
        for _ in range(2):
            key = addresses.key_of(secret_key(), family.PARENT)
            addresses.note(key, now(), hard=True, code="5.1.1", text="no such user")
    page = f"/toi/thu/{tickets.for_choosing(secret_key(), child.id)}"
    html = client.get(page).text
    assert "Thư gửi tới h•••@example.vn" in html
    assert "bị trả lại" in html
    client.post(page, data={"csrf_token": token_in(html), "revive": "1"})
    assert not addresses.is_dead(secret_key(), family.PARENT)


def test_no_address_is_kept_in_clear(letter):
    returned(letter, 2)
    row = db.session.scalars(select(ReturnedMail)).one()
    assert "lan" not in row.key
    assert re.fullmatch(r"[0-9a-f]{64}", row.key)
