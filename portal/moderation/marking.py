"""The places that rules mean, marked in the text a moderator reads."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from html import escape, unescape

from flask_babel import force_locale, gettext
from markupsafe import Markup

from portal.moderation import triage
from portal.moderation.models import Case, Reason
from portal.moderation.services.editing import edited
from portal.moderation.triage import spans
from portal.moderation.triage.texts import whole

_TAG = re.compile(r"(<[^<>]*>)")
UNREAD = ("report", "appeal", "withdrawal", "merge")
"""Kinds of cases about texts that are older than the case: they may have changed since any rule read them."""
_BLOCK = re.compile(r"</?(?:p|br|li|ul|ol|blockquote|pre|hr)\b")


def marked(html: Markup) -> Markup:
    """Safe HTML of a member's text with `<mark title="rule">` around every place that a rule means.

    Places are looked for in the text without its tags, so one that runs through **bold** is found, and marked piece
    by piece.
    """
    pieces = [piece for piece in _TAG.split(str(html)) if piece]
    plain = [("\n" if _BLOCK.match(piece) else "") if piece[0] == "<" else unescape(piece) for piece in pieces]
    places = spans.apart(triage.find("".join(plain)))
    shown, at = [], 0
    for piece, text in zip(pieces, plain, strict=True):
        shown.append(piece if piece[0] == "<" else "".join(_with_marks(text, at, places)))
        at += len(text)
    return Markup("".join(shown))  # noqa: S704  # tags come from nh3, everything else is escaped here


def _with_marks(text: str, at: int, places: list[triage.Span]) -> Iterator[str]:
    """A piece that begins at `at` of the whole text, escaped, with the marks that touch it."""
    done = 0
    for place in places:
        start, end = max(place.start - at, done), min(place.end - at, len(text))
        if start < end:
            yield escape(text[done:start], quote=False)
            yield f'<mark title="{escape(title(place))}">{escape(text[start:end], quote=False)}</mark>'
            done = end
    yield escape(text[done:], quote=False)


def title(place: triage.Span) -> str:
    """What a mark is about: 'số điện thoại'."""
    return gettext(triage.KINDS.get(place.kind) or triage.LABELS[place.rule])


def findings(case: Case) -> list[Reason]:
    """Why a case is here; and for those that no rule has read, whether the text as it is now gives somebody away."""
    found = list(case.reasons)
    if case.kind in UNREAD and (kinds := triage.contact_data(unicodedata.normalize("NFC", read(case)))):
        now = triage.finding("contact_data", **kinds)
        found.append(Reason(rule=now.rule, weight=now.weight, params=now.params))
    return found


def evidence(case: Case) -> dict[str, list[str]]:
    """By rule, the words it means, each once, in the order of the text."""
    source = unicodedata.normalize("NFC", read(case))
    found: dict[str, list[str]] = {}
    for place in sorted(triage.find(source), key=lambda each: each.start):
        words = source[place.start : place.end]
        if words not in found.setdefault(place.rule, []):
            found[place.rule].append(words)
    return found


def proposal(case: Case) -> list[str]:
    """The lines that give somebody away, as they could read without it, in the language of the idea."""
    words = masks(case.idea.language)
    lines = unicodedata.normalize("NFC", read(case)).splitlines()
    return [triage.mask(line, words) for line in lines if triage.contact_data(line)]


def masks(language: str) -> dict[str, str]:
    """By kind of personal data, what stands in its place."""
    with force_locale(language):
        return {kind: gettext(said) for kind, said in triage.MASKS.items()}


def read(case: Case) -> str:
    """All that the rules read of what a case is about."""
    if case.comment is not None:
        return case.comment.body
    if case.edit is not None:
        return edited(case.edit)
    return whole(case.idea)
