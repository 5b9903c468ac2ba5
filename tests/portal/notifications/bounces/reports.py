"""Reports of letters that came back, as mail servers write them."""

from __future__ import annotations

from flask import current_app
from sqlalchemy import update

from portal.database import db, now, transaction
from portal.notifications import addresses
from portal.notifications.bounces import Returned
from portal.notifications.models import Letter

SECRET = "only the provider knows"


def secret_key():
    return current_app.config["SECRET_KEY"]


def report(letter, *, to="tra-lai@nay.example.vn", status="5.1.1", action="failed", with_letter=True):
    """A delivery status notification as postfix writes them."""
    returned = f"--x\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: {letter.message_id}\r\n\r\n"
    return (
        f"From: MAILER-DAEMON@mx.example\r\nTo: {to}\r\nSubject: Undelivered\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="x"\r\n\r\n'
        "--x\r\nContent-Type: text/plain\r\n\r\nSorry.\r\n"
        "--x\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\n"
        f"Final-Recipient: rfc822; lan@example.vn\r\nAction: {action}\r\nStatus: {status}\r\n"
        f"Diagnostic-Code: smtp; 550 {status} no such\r\n user here\r\n\r\n"
        f"{returned if with_letter else ''}--x--\r\n"
    ).encode()


def coming_back(letter, *, hard=True):
    return Returned(letter.id, hard=hard, code="5.1.1", text="no such user")


def returned(letter, times=1, hard=True, at=None):
    """So many letters to the same address come back; that `letter` first."""
    for n in range(times):
        with transaction():
            if n or letter.returned_at:
                db.session.execute(update(Letter).where(Letter.id == letter.id).values(returned_at=None))
            addresses.note_letter(secret_key(), coming_back(letter, hard=hard), at or now())
