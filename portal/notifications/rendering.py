"""A letter's words become a message: subject, plain text and HTML in the recipient's language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import format_datetime, parseaddr
from typing import Any

from email_validator import EmailNotValidError, validate_email
from flask import Flask, current_app, render_template, url_for

from portal import text
from portal.notifications import bounces, explaining, tickets
from portal.notifications.catalogue import KINDS
from portal.notifications.categories import ALWAYS
from portal.notifications.failures import Refused
from portal.notifications.mailer import LetterMessage
from portal.notifications.models import Letter
from portal.notifications.recipients import Content
from portal.settings import Settings
from portal.web.language import environ_for

SUBJECT_MAX = 60
_GAPS = re.compile(r"\n{3,}")


class LetterPolicy(EmailPolicy):
    """SMTP's policy, but subjects are folded by the older `Header`, and addresses of pages are left whole.

    EmailPolicy loses the space between two encoded words (Python 3.11, 3.13): "ở bến" arrives as "ởbến". And it
    would encode a long address, which no mail program decodes in these headers.
    """

    def fold(self, name: str, value: Any) -> str:
        if name == "Subject":
            return f"{name}: {Header(str(value), header_name=name).encode(linesep=self.linesep)}{self.linesep}"
        if name in {"List-Unsubscribe", "List-Id", "Feedback-ID"}:
            return f"{name}: {f',{self.linesep} '.join(str(value).split(', '))}{self.linesep}"
        return super().fold(name, value)

    def fold_binary(self, name: str, value: Any) -> bytes:
        return self.fold(name, value).encode("ascii")


LETTER = LetterPolicy(linesep="\r\n")


def render(letter: Letter, content: Content, now: datetime, settings: Settings) -> EmailMessage:
    """The message. Raises Refused for an address that plain SMTP cannot carry."""
    kind = KINDS[letter.kind]
    message = LetterMessage(policy=LETTER)
    if settings.bounce_address:
        message.return_to = bounces.return_address(settings.bounce_address, settings.secret_key, letter.id)
    name, sender = parseaddr(settings.mail_from)
    domain = sender.rpartition("@")[2]
    message["From"] = Address(name, addr_spec=sender)
    message["To"] = Address(addr_spec=plain_address(content.address))
    message["Date"] = format_datetime(now)
    message["Message-ID"] = letter.message_id
    message["List-Id"] = f"<{letter.kind.replace('_', '-')}.{domain}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: no robot answers a robot
    message["X-Auto-Response-Suppress"] = "All"
    message["Feedback-ID"] = f"{letter.kind}:{kind.category}:letters:nay"  # by which large providers count complaints
    with as_reader(content.language, settings):
        explained = link("ledger.why", ticket=explaining.write(settings.secret_key, letter.id))
        ways_out = _ways_out(message, letter, settings) if kind.category != ALWAYS else {}
        values = {**content.values, **ways_out, "why": kind.why, "explained": explained, "link": link}
        subject = one_line(part(letter.kind, "subject.txt", **values))
        message["Subject"] = subject
        plain, html = (part(letter.kind, file, subject=subject, **values) for file in ("body.txt", "body.html"))
    message.set_content(_GAPS.sub("\n\n", plain), cte="quoted-printable")
    message.add_alternative(html, subtype="html", cte="quoted-printable")
    return message


def _ways_out(message: EmailMessage, letter: Letter, settings: Settings) -> dict[str, str]:
    """How to stop such letters: in the headers for the mail program (RFC 2369, RFC 8058), as links for the reader."""
    if letter.recipient_id is None:
        raise ValueError(f"a letter of kind {letter.kind} can be stopped, so it needs a member")
    ticket = tickets.for_stopping(settings.secret_key, letter.recipient_id, KINDS[letter.kind].category)
    stop = link("notifications.unsubscribe", ticket=ticket)
    message["List-Unsubscribe"] = (
        f"<{stop}>, <mailto:{settings.bounce_address or settings.contact}?subject=huy%20{ticket}>"
    )
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    choosing = tickets.for_choosing(settings.secret_key, letter.recipient_id)
    return {"stop": stop, "choices": link("notifications.choices_by_ticket", ticket=choosing)}


@contextmanager
def as_reader(language: str, settings: Settings) -> Iterator[None]:
    """As if a reader of `language` had come to BASE_URL: addresses and words come out as on the page.

    The application context is new because flask-babel keeps the language in it.
    """
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001  # Flask's documented way
    prefix = "/en" if language == "en" else ""
    with (
        app.app_context(),
        app.test_request_context(base_url=settings.base_url + prefix, environ_overrides=environ_for(language)),
    ):
        yield


def link(endpoint: str, **values: Any) -> str:
    return url_for(endpoint, _external=True, **values)


def part(kind: str, file: str, /, **values: Any) -> str:
    return render_template(f"emails/{kind}/{file}", **values)


def one_line(subject: str) -> str:
    """What may stand in a header: one line, no control characters, short enough for a telephone."""
    subject = text.normalise(subject)
    return subject if len(subject) <= SUBJECT_MAX else text.excerpt(subject, SUBJECT_MAX - 1)


def plain_address(email: str) -> str:
    try:
        found = validate_email(email, check_deliverability=False, test_environment=True).ascii_email
    except EmailNotValidError as error:
        raise Refused(f"not an address: {error}") from error
    if found is None:
        raise Refused("the address needs SMTPUTF8, which few servers speak")
    return found
