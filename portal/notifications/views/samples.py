"""Every kind of letter, for administrators: made of what is here, sent to nobody."""

from __future__ import annotations

from typing import Any

from flask import Response, make_response, render_template

from portal.errors import Missing
from portal.ledger import words
from portal.notifications import examples
from portal.notifications.catalogue import KINDS
from portal.notifications.views.blueprint import pages
from portal.notifications.views.mailbox import FRAMED, FRAMES, NEW_TAB
from portal.rules import LANGUAGES
from portal.settings import current_settings
from portal.web.access import allowed


@pages.get("/quan-tri/mau-thu")
@allowed("govern")
def samples() -> str:
    named = {name: (words.kind(name), kind.why) for name, kind in KINDS.items()}
    return render_template("notifications/samples.html", kinds=named)


@pages.get("/quan-tri/mau-thu/<letter_kind>/<letter_language>")
@allowed("govern")
def sample(letter_kind: str, letter_language: str) -> Response:
    message = _rendered(letter_kind, letter_language)
    plain = message.get_body(("plain",)).get_content() if message else ""
    answer = make_response(
        render_template(
            "notifications/sample.html",
            kind=words.kind(letter_kind),
            letter_kind=letter_kind,
            shown_in=letter_language,
            message=message,
            plain=plain,
        )
    )
    answer.headers["Content-Security-Policy"] = FRAMES
    return answer


@pages.get("/quan-tri/mau-thu/<letter_kind>/<letter_language>/html")
@allowed("govern")
def sample_html(letter_kind: str, letter_language: str) -> Response:
    """The letter as its reader sees it, shown in a frame that may do nothing."""
    message = _rendered(letter_kind, letter_language)
    if message is None:
        raise Missing
    answer = make_response(message.get_body(("html",)).get_content().replace("<head>", NEW_TAB, 1))
    answer.headers["Content-Security-Policy"] = FRAMED
    return answer


def _rendered(kind: str, language: str) -> Any:
    if kind not in KINDS or language not in LANGUAGES:
        raise Missing
    return examples.render(kind, language, current_settings())
