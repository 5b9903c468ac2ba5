"""Reports of letters that came back, as mail servers write them."""

from __future__ import annotations

from flask import current_app

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
