"""A letter's words become a message: subject, plain text and HTML in the recipient's language."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import Context
from datetime import datetime
from email.utils import format_datetime, formataddr, parseaddr
from functools import lru_cache, partial
from threading import local
from typing import Any, NamedTuple

from email_validator import EmailNotValidError, validate_email
from flask import Flask, current_app, g, url_for
from flask.ctx import AppContext, RequestContext
from werkzeug.test import create_environ

from portal import text
from portal.notifications import bounces, explaining, tickets
from portal.notifications.catalogue import KINDS
from portal.notifications.categories import ALWAYS
from portal.notifications.failures import Refused
from portal.notifications.message import Message, compose, words
from portal.notifications.models import Letter
from portal.notifications.recipients import Content
from portal.notifications.wording import template
from portal.settings import Settings
from portal.web.language import current_language, environ_for

SUBJECT_MAX = 60
_GAPS = re.compile(r"\n{3,}")
_PLAIN = re.compile(r"[a-z0-9_+-]+(\.[a-z0-9_+-]+)*@([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}")
"""What nearly all addresses look like; the others are looked at more closely, which takes twenty times as long."""


def render(letter: Letter, content: Content, now: datetime, settings: Settings) -> Message:
    """The message. Raises Refused for an address that plain SMTP cannot carry."""
    sender = author(settings.mail_from)[1]
    recipient = plain_address(content.address)
    ways_out = _ways_out(letter, settings)
    said = _reader(content.language, settings).run(_parts, letter.kind, content.values, ways_out)
    headers = _headers(letter, recipient, said.subject, now, settings)
    if said.stop:
        box = settings.bounce_address  # without it nobody reads such wishes
        by_mail = f", <mailto:{box}?subject=huy%20{ways_out['stop'][1]}>" if box else ""
        headers["List-Unsubscribe"] = f"<{said.stop}>{by_mail}"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    if settings.bounce_address:
        sender = bounces.return_address(settings.bounce_address, settings.secret_key, letter.id)
    return Message(letter.message_id, sender, recipient, compose(headers, said.plain, said.html))


class _Said(NamedTuple):
    """The words of a letter, and the address of the page that stops such letters."""

    subject: str
    plain: str
    html: str
    stop: str | None


def _parts(kind: str, values: dict[str, Any], ways_out: dict[str, tuple[str, str]]) -> _Said:
    """Everything templates have a part in. Runs in the context of a reader."""
    links = {name: _link()(endpoint, ticket=ticket) for name, (endpoint, ticket) in ways_out.items()}
    values = {**values, **links, "why": KINDS[kind].why, "link": _link(), "language": current_language()}
    subject = one_line(part(kind, "subject.txt", **values))
    plain, html = (part(kind, file, subject=subject, **values) for file in ("body.txt", "body.html"))
    return _Said(subject, _GAPS.sub("\n\n", plain), html, links.get("stop"))


def _headers(letter: Letter, recipient: str, subject: str, now: datetime, settings: Settings) -> dict[str, str]:
    """What every letter carries."""
    written_from, sender = author(settings.mail_from)
    return {
        "From": written_from,
        "To": recipient,
        "Subject": words(subject, "Subject"),
        "Date": format_datetime(now),
        "Message-ID": letter.message_id,
        "List-Id": f"<{letter.kind.replace('_', '-')}.{sender.rpartition('@')[2]}>",
        "Auto-Submitted": "auto-generated",  # RFC 3834: no robot answers a robot
        "X-Auto-Response-Suppress": "All",
        # By this large providers count complaints.
        "Feedback-ID": f"{letter.kind}:{KINDS[letter.kind].category}:letters:nay",
    }


def _ways_out(letter: Letter, settings: Settings) -> dict[str, tuple[str, str]]:
    """The links at a letter's foot, as (endpoint, ticket): why it came, and how to stop such letters if one may."""
    category, key = KINDS[letter.kind].category, settings.secret_key
    if category != ALWAYS and letter.recipient_id is None:
        raise ValueError(f"a letter of kind {letter.kind} can be stopped, so it needs a member")
    explained = ("ledger.why", explaining.write(key, letter.id))
    return {"explained": explained, **tickets.ways_out(key, letter.recipient_id, category)}


@lru_cache(maxsize=8)
def author(mail_from: str) -> tuple[str, str]:
    """MAIL_FROM as a header, and its bare address."""
    name, address = parseaddr(mail_from)
    return formataddr((name, address)), address


@contextmanager
def as_reader(language: str, settings: Settings) -> Iterator[None]:
    """As if a reader of `language` had come to BASE_URL: addresses and words come out as on the page."""
    app_context, request_context = _arrival(language, settings.base_url)
    with app_context, request_context:
        yield


def _reader(language: str, settings: Settings) -> Context:
    """A context like that, which stays: to make one for each letter costs half as much as the letter.

    One for each thread. Nothing in it may ask the database, because its session would never be given back.
    """
    readers: dict[str, Context] = vars(current_app.extensions.setdefault("letters' readers", local()))
    key = f"{language} {settings.base_url}"
    if key not in readers:
        readers[key] = Context()
        for context in _arrival(language, settings.base_url):
            readers[key].run(context.push)
    return readers[key]


def _arrival(language: str, base_url: str) -> tuple[AppContext, RequestContext]:
    """The application context is new because flask-babel keeps the language in it."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]  # noqa: SLF001  # Flask's documented way
    environ = create_environ(base_url=base_url + ("/en" if language == "en" else ""))
    return app.app_context(), app.request_context({**environ, **environ_for(language)})


def _link() -> Callable[..., str]:
    """Makes addresses, those that come in every letter once."""
    if "link" not in g:
        g.link = lru_cache(maxsize=64)(partial(url_for, _external=True))
    link: Callable[..., str] = g.link
    return link


def part(kind: str, file: str, /, **values: Any) -> str:
    return template(current_language(), f"{kind}/{file}").render(values)


def one_line(subject: str) -> str:
    """What may stand in a header: one line, no control characters, short enough for a telephone."""
    subject = text.normalise(subject)
    return subject if len(subject) <= SUBJECT_MAX else text.excerpt(subject, SUBJECT_MAX - 1)


def plain_address(email: str) -> str:
    if _PLAIN.fullmatch(email):
        return email
    try:
        found = validate_email(email, check_deliverability=False, test_environment=True).ascii_email
    except EmailNotValidError as error:
        raise Refused(f"not an address: {error}") from error
    if found is None:
        raise Refused("the address needs SMTPUTF8, which few servers speak")
    return found
