"""Letters a moderator begins with, in words that people can edit: `{name}` is the author, `{title}` an idea like theirs."""

from __future__ import annotations

from flask_babel import force_locale, gettext

from portal.moderation.replies import REPLIES
from portal.moderation.rules import PLACE, PLACES


def original(outcome: str, reason: str, language: str) -> str:
    """The letter that the portal brings."""
    with force_locale(language):
        said = gettext(REPLIES[outcome, reason])
    return said % {place: f"{{{place}}}" for place in PLACES}


def fill(body: str, name: str, title: str) -> str:
    """The letter to somebody."""
    return PLACE.sub(lambda place: {"name": name, "title": title}.get(place[1], place[0]), body)
