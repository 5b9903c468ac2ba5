"""What a person should look at first, found by rules that can be explained: each says what it saw and how much it weighs.

Rules only order the queue and tell the moderator why; they never decide. What they find stays in the text: a finding
keeps kinds and counts, never the telephone number itself.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from rapidfuzz import fuzz

from portal import text
from portal.errors import N_

RULES = {
    "contact_data": N_("Có thể lộ thông tin riêng: %(found)s"),
    "offensive_words": N_("Có %(count)s chỗ dùng từ có thể xúc phạm"),
    "near_duplicate": N_("Giống ý tưởng số %(idea_id)s tới %(score)s%%"),
    "minor": N_("Tác giả dưới 18 tuổi"),
    "links": N_("Có %(count)s đường dẫn ra ngoài"),
    "too_short": N_("Bài ngắn, chỉ %(length)s ký tự"),
    "first_idea": N_("Ý tưởng đầu tiên của tác giả"),
}
WEIGHTS = {
    "contact_data": 80,
    "offensive_words": 60,
    "near_duplicate": 50,
    "minor": 40,
    "links": 30,
    "too_short": 20,
    "first_idea": 10,
}
KINDS = {
    "phone": N_("số điện thoại"),
    "email": N_("địa chỉ e-mail"),
    "address": N_("địa chỉ nhà"),
    "school": N_("trường và lớp"),
    "identity": N_("số căn cước"),
}
SHORT = 150  # characters: hardly more than the form's minimum
ALIKE = 85  # per cent

# Repetitions are bounded, so that no text can make a search slow.
_GAP = r"[ \u00a0.)–-]{0,3}"
_CLASS = r"l[ớo]p\s*\d{1,2}\s?[a-zđ]\d{0,2}\b"
_SCHOOL = r"tr[ưu][ờo]ng\s+(?:thcs|thpt|ptth|ti[ểe]u h[ọo]c|trung h[ọo]c|(?-i:[A-ZĐÁÀẢÃẠÂẤĂẮÊẾÍÔỐƠỚÚƯỨÝ]))"
_CONTACT = {
    "identity": re.compile(r"(?<!\d)(?<!\d[ .,])0\d{2}[ .]?\d{3}[ .]?\d{3}[ .]?\d{3}(?!\d)"),
    # the second digit is never 0 or 1, which keeps sums (1 000 000 000) out; dates followed by an hour are kept out too
    "phone": re.compile(
        r"(?<!\d)(?<!\d[.,])(?!\d\d[ .-]\d\d[ .-](?:19|20)\d\d)"
        rf"(?:\+84{_GAP}(?:\(0\){_GAP})?|84(?=\d)|0)(?:2(?:{_GAP}\d){{9}}|[35789](?:{_GAP}\d){{8}})(?!\d)"
    ),
    "email": re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}"),
    "address": re.compile(
        r"\b(?:số nhà|nhà số)\s+\d"
        r"|\bsố\s+\d{1,5}[a-z]?(?:/\d{1,5}){0,4},?\s+(?:đường|phố|ngõ|hẻm|ngách|kiệt)\b"
        r"|\b\d{1,5}[a-z]?(?:/\d{1,5}){0,4},?\s+(?:ngõ|hẻm|ngách|kiệt)\s+\d",
        re.IGNORECASE,
    ),
    "school": re.compile(rf"\b{_CLASS}.{{0,60}}?\b{_SCHOOL}|\b{_SCHOOL}.{{0,60}}?\b{_CLASS}", re.IGNORECASE),
}
_LINK = re.compile(
    r"https?://\S+|\bwww\.\S+|\b(?:t|fb|zalo|m)\.me/\S+|\bbit\.ly/\S+"
    r"|(?<![@\w.-])(?:[a-z0-9-]{1,63}\.){1,5}(?:com|vn|net|org|info|shop|xyz)\b(?:/\S*)?",
    re.IGNORECASE,
)
_WORDS = Path(__file__).parents[1] / "data" / "vn_offensive_words.txt"


@dataclass(frozen=True)
class Finding:
    """One rule that fits, with its weight (1 to 100) and what its text in RULES needs."""

    rule: str
    weight: int
    params: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Author:
    """What the rules may know of an author."""

    minor: bool = False
    first: bool = False


@dataclass(frozen=True)
class Neighbour:
    """Another idea that shares rare words with this one."""

    idea_id: int
    title: str
    body: str


def examine(title: str, texts: Sequence[str], author: Author, neighbours: Iterable[Neighbour] = ()) -> list[Finding]:
    """All that the rules find in an idea, heaviest first."""
    body = "\n".join(part for part in texts if part)
    found = examine_text(f"{title}\n{body}")
    if len(body) < SHORT:
        found.append(finding("too_short", length=len(body)))
    if twin := nearest(title, body, neighbours):
        found.append(finding("near_duplicate", idea_id=twin[0], score=twin[1]))
    if author.first:
        found.append(finding("first_idea"))
    if author.minor:
        found.append(finding("minor"))
    return sorted(found, key=lambda each: -each.weight)


def examine_text(source: str) -> list[Finding]:
    """What the rules find in the words alone; all there is to ask of a comment."""
    source = unicodedata.normalize("NFC", source)
    found = []
    if kinds := contact_data(source):
        found.append(finding("contact_data", **kinds))
    if words := len(_offensive().findall(source.lower())):
        found.append(finding("offensive_words", count=words))
    if links := len(_LINK.findall(source)):
        found.append(finding("links", count=links))
    return found


def finding(rule: str, **params: Any) -> Finding:
    return Finding(rule, WEIGHTS[rule], params)


def contact_data(source: str) -> dict[str, int]:
    """Kinds of personal data in an NFC text and how often each occurs."""
    counts = {kind: len(pattern.findall(source)) for kind, pattern in _CONTACT.items()}
    return {kind: count for kind, count in counts.items() if count}


def nearest(title: str, body: str, neighbours: Iterable[Neighbour]) -> tuple[int, int] | None:
    """The most similar neighbour and its per cent, if it is similar enough to be the same idea."""
    scores = ((alike(title, body, each), each.idea_id) for each in neighbours)
    score, idea_id = max(scores, default=(0, 0))
    return (idea_id, score) if score >= ALIKE else None


def alike(title: str, body: str, other: Neighbour) -> int:
    """Per cent: the titles or the whole texts, whichever are closer, without case, accents and tone places."""
    pairs = ((title, other.title), (f"{title} {body}", f"{other.title} {other.body}"))
    return int(max(fuzz.ratio(text.fold(mine), text.fold(theirs)) for mine, theirs in pairs))


@lru_cache(maxsize=1)
def _offensive() -> re.Pattern[str]:
    """The list as one pattern: whole words, accents kept. Folded it would flag every other sentence."""
    lines = _WORDS.read_text(encoding="utf-8").splitlines()
    words = [re.escape(line) for line in lines if line and not line.startswith("#")]
    return re.compile(rf"(?<!\w)(?:{'|'.join(sorted(words, key=len, reverse=True))})(?!\w)")
