"""What a person should look at first, found by rules that can be explained: each says what it saw and how much it weighs.

Rules order the queue and tell the moderator why; they never decide. What they find stays in the text: a finding
keeps kinds and counts, never the telephone number itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from portal.moderation.triage import personal, spans, wording
from portal.moderation.triage.catalogue import (
    IN_THE_WORDS,
    KINDS,
    LABELS,
    MASKS,
    PROVEN_BY,
    RULES,
    SWITCHED,
    WEIGHTS,
    Finding,
    finding,
)
from portal.moderation.triage.likeness import Neighbour, nearest
from portal.moderation.triage.spans import Span

__all__ = [
    "IN_THE_WORDS",
    "KINDS",
    "LABELS",
    "MASKS",
    "PROVEN_BY",
    "RULES",
    "SWITCHED",
    "WEIGHTS",
    "Author",
    "Finding",
    "Neighbour",
    "Span",
    "contact_data",
    "examine",
    "examine_text",
    "find",
    "finding",
    "listed",
    "mask",
    "personal_words",
]

SHORT = 150  # characters: hardly more than the form's minimum
BURST = 20  # ideas from one unit within an hour
OFFERS = 2  # one invitation to buy may be prose, two are an advertisement


@dataclass(frozen=True)
class Author:
    """What the rules may know of an author, and of who else writes from there at this hour."""

    minor: bool = False
    first: bool = False
    from_unit: int = 0


def examine(
    title: str, texts: Sequence[str], author: Author, neighbours: Iterable[Neighbour] = (), language: str = "vi"
) -> list[Finding]:
    """All that the rules find in an idea, heaviest first."""
    body = "\n".join(part for part in texts if part)
    found = examine_text(f"{title}\n{body}")
    if kind := wording.misfit(f"{title}\n{body}", language):
        found.append(finding("wrong_language", kind=kind))
    if len(body) < SHORT:
        found.append(finding("too_short", length=len(body)))
    if twin := nearest(title, body, neighbours):
        found.append(finding("near_duplicate", idea_id=twin[0].idea_id, score=twin[1], whose=twin[0].whose))
    if author.from_unit >= BURST:
        found.append(finding("burst", count=author.from_unit))
    if author.first:
        found.append(finding("first_idea"))
    if author.minor:
        found.append(finding("minor"))
    return sorted(found, key=lambda each: -each.weight)


def examine_text(source: str) -> list[Finding]:
    """What the rules find in the words alone; all there is to ask of a comment."""
    source = unicodedata.normalize("NFC", source)
    found = []
    seen = find(source)
    if kinds := spans.count(span for span in seen if span.rule == "contact_data"):
        found.append(finding("contact_data", **kinds))
    found += [
        finding(rule, count=number)
        for rule in ("offensive_words", "advert", "links")
        if (number := sum(span.rule == rule for span in seen))
    ]
    shouts = spans.count(span for span in seen if span.rule == "shouting")
    if (share := wording.capitals(source)) > wording.SHOUT:
        shouts["capitals"] = share
    return [*found, finding("shouting", **shouts)] if shouts else found


def find(source: str) -> list[Span]:
    """Every place of an NFC text that a rule means. Places of two rules may overlap: `spans.apart` for marking."""
    words = wording.find(source)
    offers = [span for span in words if span.rule == "advert"]
    rest = [span for span in words if span.rule != "advert"]
    return [*personal.find(source), *rest, *(offers if len(offers) >= OFFERS else []), *wording.shouting(source)]


def listed(source: str, words: Iterable[str]) -> list[Finding]:
    """Words of a list of one's own, whole and with their accents, in capitals or not."""
    parts = [re.escape(unicodedata.normalize("NFC", word.strip().lower())) for word in words if word.strip()]
    if not parts:
        return []
    found = re.findall(rf"(?<!\w)(?:{'|'.join(parts)})(?!\w)", unicodedata.normalize("NFC", source).lower())
    return [finding("own_words", count=len(found))] if found else []


def contact_data(source: str) -> dict[str, int]:
    """Kinds of personal data in an NFC text and how often each occurs."""
    return spans.count(personal.find(source))


def personal_words(source: str) -> set[str]:
    """Personal data in a text, letters and digits alone: written otherwise it is the same."""
    source = unicodedata.normalize("NFC", source)
    return {re.sub(r"\W", "", source[span.start : span.end]).lower() for span in personal.find(source)}


def mask(source: str, words: dict[str, str]) -> str:
    """The text with words in place of personal data, by kind; the text itself if there is none."""
    return spans.mask(source, personal.find(source), words)
