"""How reports of returned letters come in, and from whom they are believed."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from email.message import EmailMessage
from mailbox import Maildir

import pytest
from click.testing import CliRunner
from sqlalchemy import select

from portal.accounts.models import Member
from portal.commands import bounces as command
from portal.database import db
from portal.notifications import addresses, delivery, preferences, tickets
from portal.notifications.models import Letter
from tests.portal.notifications import stories
from tests.portal.notifications.bounces.reports import SECRET, report, secret_key

pytestmark = [pytest.mark.usefixtures("app"), pytest.mark.one_engine_each]


HEADERS = ("To: <", 'To: "', "To: a@[", "To: a:b;c", "Subject: =?x?b?!?=", "Content-Type: x/;;=", "Message-ID: <")
DEEP = b"".join(b"Content-Type: multipart/mixed; boundary=%d\r\n\r\n--%d\r\n" % (n, n) for n in range(3000))
MALFORMED = [*(f"{header}\r\n\r\n".encode() for header in HEADERS), DEEP]


def signed(body, stamp=None, secret=SECRET):
    stamp = str(int(time.time()) if stamp is None else stamp)
    mac = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"X-Timestamp": stamp, "X-Signature": mac}


def events(letter, **event):
    return json.dumps({"events": [{"message_id": letter.message_id.strip("<>"), **event}]}).encode()


def another(letter):
    """One more letter to the same person, sent."""
    stories.idea_sent(db.session.get_one(Member, letter.recipient_id))
    stories.relay()
    delivery.drain(mailer=stories.Sink())
    return db.session.scalars(select(Letter).order_by(Letter.id.desc())).first()


def test_a_provider_reports_bounces_as_json_or_as_they_came(client, letter, with_bounces):
    body = events(letter, type="bounce", **{"class": "hard"}, code="5.1.1", text="no such user")
    answer = client.post("/mail/returned", data=body, content_type="application/json", headers=signed(body))
    assert answer.json == {"taken": 1}
    letter = another(letter)
    raw = report(letter)
    answer = client.post("/mail/returned", data=raw, content_type="message/rfc822", headers=signed(raw))
    assert answer.json == {"taken": 1}
    assert addresses.is_dead(secret_key(), "lan@example.vn")


def test_who_calls_a_letter_spam_gets_no_more(client, letter, member, with_bounces):
    body = events(letter, type="complaint")
    client.post("/mail/returned", data=body, content_type="application/json", headers=signed(body))
    assert set(preferences.of(member.id).values()) == {"never"}


@pytest.mark.parametrize(
    "headers", [{}, signed(b"{}", secret="guess"), signed(b"{}", stamp=1), {"X-Timestamp": "²", "X-Signature": ""}]
)
def test_an_unsigned_or_old_report_is_not_taken(client, with_bounces, headers):
    assert (
        client.post("/mail/returned", data=b"{}", content_type="application/json", headers=headers).status_code == 404
    )


@pytest.mark.parametrize(
    "body",
    [
        b'{"events": [{"message_id": "\\u0000\\ud800", "type": "bounce"}]}',
        b"[" * 100_000,
        b"{}",
        b"[]",
        b'{"events": 3}',
        b'{"events": [1, {"type": "bounce"}, {"message_id": 5}]}',
        b"\xff",
    ],
)
def test_nonsense_that_is_signed_is_nothing(client, with_bounces, body):
    answer = client.post("/mail/returned", data=body, content_type="application/json", headers=signed(body))
    assert (answer.status_code, answer.json) == (200, {"taken": 0})


def test_without_a_secret_there_is_no_such_page(client):
    assert client.post("/mail/returned", data=b"{}", headers=signed(b"{}")).status_code == 404


def test_mails_are_taken_one_by_one_and_say_what_they_were(letter, member):
    assert command.take(report(letter)) == "returned"
    wish = EmailMessage()
    wish["Subject"] = f"huy {tickets.for_stopping(secret_key(), member.id, 'my-ideas')}"
    assert command.take(wish.as_bytes()) == "unsubscribed"
    assert preferences.of(member.id)["my-ideas"] == "never"
    assert command.take(b"Subject: hello\r\n\r\n") == "other"


def test_a_mail_that_cannot_be_dealt_with_is_left_and_the_others_are_taken(tmp_path, letter, monkeypatch):
    for folder in ("cur", "new", "tmp"):
        (tmp_path / folder).mkdir()
    for name in ("1", "2"):
        (tmp_path / "new" / name).write_bytes(report(letter))
    (tmp_path / "new" / "3").write_bytes(b"Subject: hello\r\n\r\n")
    monkeypatch.setattr(addresses, "note_letter", lambda *_args, **_values: 1 / 0)
    assert command.empty(Maildir(tmp_path, create=False)) == ({"other": 1}, 2)
    assert sorted(file.name for file in (tmp_path / "new").iterdir()) == ["1", "2"]


@pytest.mark.parametrize("raw", MALFORMED)
def test_a_malformed_mail_is_some_other_mail_and_no_accident(client, with_bounces, raw):
    assert command.take(raw) == "other"
    answer = client.post("/mail/returned", data=raw, content_type="message/rfc822", headers=signed(raw))
    assert (answer.status_code, answer.json) == (200, {"taken": 0})


def test_a_report_with_a_malformed_header_is_still_read(letter):
    raw = report(letter).replace(b"From: MAILER", b"Cc: a:b;c\r\nReply-To: <\r\nFrom: MAILER")
    raw = raw.replace(b"no such", b"no\0such \xff")
    assert command.take(raw) == "returned"
    said = db.session.get_one(Letter, letter.id, populate_existing=True).last_text
    assert said.startswith("returned: 5.1.1 550 5.1.1 nosuch")


def test_a_wish_is_understood_however_its_subject_is_written(member):
    ticket = tickets.for_stopping(secret_key(), member.id, "my-ideas")
    folded = f"Subject: =?utf-8?q?huy?=\r\n {ticket}\r\n\r\n".encode()
    assert command.take(folded) == "unsubscribed"


def test_a_maildir_is_emptied(tmp_path, letter):
    for folder in ("cur", "new", "tmp"):
        (tmp_path / folder).mkdir()
    (tmp_path / "new" / "1.mx").write_bytes(report(letter))
    (tmp_path / "new" / "0.mx").write_bytes(b'To: "\r\nContent-Type: multipart/mixed; boundary\r\n\r\nxin chao')
    count, left = command.empty(Maildir(tmp_path, create=False))
    assert (count, left) == ({"returned": 1, "other": 1}, 0)
    assert list((tmp_path / "new").iterdir()) == []
    assert CliRunner().invoke(command.bounces_, ["--help"]).exit_code == 0
    assert db.session.get_one(Letter, letter.id, populate_existing=True).last_text.startswith("returned")
