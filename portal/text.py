"""Vietnamese text: one normal form to keep, one folded form to find by, one key to sort by.

Recipe and measurements behind it: `docs/decisions/0005-text.md`.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import PurePosixPath

_NOT_TEXT = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb\ufffe\uffff]"
)
_BREAKS = re.compile(r"\r\n?|[\u2028\u2029]")
_SPACES = re.compile(r"\s+")
_BOLD = re.compile(r"\*\*(\S(?:[^*\n]*\S)?)\*\*")
_LINK = re.compile(r"!?\[([^\[\]\n]+)\]\((https?://[^\s)]+|mailto:[^\s)]+)\)")
_BMP = 0x10000


class _Folding(dict[int, "int | str | None"]):
    """For `str.translate`: marks go, letters and digits stay, all else parts words; worked out when first met."""

    def __missing__(self, code: int) -> int | str | None:
        mark = chr(code)
        becomes = None if unicodedata.combining(mark) else code if mark.isascii() and mark.isalnum() else " "
        if code < _BMP:  # so that no text, however strange, fills the memory
            self[code] = becomes
        return becomes


_FOLDED = _Folding({ord("đ"): "d", ord("ð"): "d", ord("ø"): "o", ord("ł"): "l", ord("ß"): "ss"})

_LETTERS = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
_TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền hỏi ngã sắc nặng, the order of Vietnamese dictionaries
_LETTER_RANK = {letter: f"{place:02d}" for place, letter in enumerate(_LETTERS, start=20)}

# Frequent words that cannot be the other language's: what a text without accents is recognised by.
_VIETNAMESE = frozenset(
    re.findall(
        r"\w+",
        "khong nguoi duoc truong nhung cua cac mot trong nhieu lam voi hoc sinh rac nha toi "
        "ban chung nay cho nen thi phai giup minh vao khi neu va rat",
    )
)
_ENGLISH = frozenset(
    re.findall(r"\w+", "the and of to is are for in that with we our they it on be have can this not from at as by")
)


def normalise(text: str, *, lines: bool = False) -> str:
    """NFC, trimmed, without control, zero-width or direction-changing characters; one line unless `lines`.

    What is left may stand in XML (the feed) and in any database.
    """
    text = _NOT_TEXT.sub("", _BREAKS.sub("\n", text))
    # no database can keep a lone surrogate as UTF-8
    text = unicodedata.normalize("NFC", text.encode("utf-8", "ignore").decode("utf-8"))
    return text.strip() if lines else _SPACES.sub(" ", text).strip()


def fold(text: str) -> str:
    """'Ý tưởng ĐỔI mới, hoà/hòa' -> 'y tuong doi moi hoa hoa': no case, accent, tone place or normal form left."""
    text = unicodedata.normalize("NFKD", _NOT_TEXT.sub("", text)).lower()
    return " ".join(text.translate(_FOLDED).split())


def marked(text: str) -> float:
    """The share of letters that bear a mark, 0 to 1 (1 if there are none): Vietnamese has one in four, French in twenty."""
    letters = [letter for letter in text.lower() if letter.isalpha()]
    bear = sum(letter == "đ" or len(unicodedata.normalize("NFD", letter)) > 1 for letter in letters)
    return bear / len(letters) if letters else 1.0


def is_unaccented_vietnamese(text: str) -> bool:
    """Whether a text without marks is Vietnamese typed on a keyboard that has none, told by its most frequent words."""
    vietnamese, english = _frequent_words(text)
    return vietnamese > english and vietnamese * 12 > len(fold(text).split())


def _frequent_words(text: str) -> tuple[int, int]:
    words = fold(text).split()
    return sum(word in _VIETNAMESE for word in words), sum(word in _ENGLISH for word in words)


@lru_cache(maxsize=512)
def language_of(text: str, unclear: str = "en") -> str:
    """'vi' if a letter in six or more bears a mark, or if the words are Vietnamese ones that lack theirs.

    'en' if the words are English ones; of words that say neither, such as a short answer, `unclear`: what is likely.
    """
    if marked(text) >= 1 / 6 or is_unaccented_vietnamese(text):
        return "vi"
    vietnamese, english = _frequent_words(text)
    return "en" if english > vietnamese else unclear


def slug(text: str, instead: str = "y-tuong", most: int = 80) -> str:
    """For an address: folded, cut at a word. `instead` of a text without a letter."""
    words = fold(text).replace(" ", "-")
    if len(words) > most:
        words = words[: most + 1].rpartition("-")[0] or words[:most]
    return words or instead


def excerpt(text: str, length: int = 140) -> str:
    """The beginning of a text in one line, cut at a word; of a link its words."""
    text = _SPACES.sub(" ", re.sub(r"[*_#>`]+", "", _links_as(r"\1", text))).strip()
    if len(text) <= length:
        return text
    words = text[: length + 1].rpartition(" ")[0].rstrip(" ,;:.–-")
    return (words or text[:length]) + "…"


def display_name(sent: str, default: str, most: int) -> str:
    """The last part of a file's name as somebody sent it, as words for people; it never names a file of ours."""
    last = normalise(PurePosixPath(sent.replace("\\", "/")).name)
    return last.lstrip(".")[-most:] or default


def masked_address(address: str | None) -> str:
    """'b•••@example.vn': enough to know an e-mail address by, too little to write to it; empty for none."""
    name, _, domain = (address or "").rpartition("@")
    return f"{name[:1]}•••@{domain}" if address else ""


def without_markup(markdown: str) -> str:
    """Markdown for a mail program that shows text only: nothing in bold, and beside the words of a link its address."""
    return _links_as(r"\1 (\2)", _BOLD.sub(r"\1", markdown))


def _links_as(shown: str, markdown: str) -> str:
    """Twice, as what a link shows may be a picture."""
    return _LINK.sub(shown, _LINK.sub(shown, markdown))


def sort_key(text: str) -> str:
    """A string whose code-point order is Vietnamese alphabetical order (letters first, then tones)."""
    letters: list[str] = []
    tones: list[str] = []
    for mark in unicodedata.normalize("NFD", unicodedata.normalize("NFC", text).lower()):
        if mark in _TONES:
            tones[-1:] = [str(_TONES.index(mark) + 1)]
        elif unicodedata.combining(mark) and letters:
            letters[-1] = unicodedata.normalize("NFC", letters[-1] + mark)
        else:
            letters.append(mark)
            tones.append("0")
    return "".join(_LETTER_RANK.get(letter, f"0{letter}") for letter in letters) + " " + "".join(tones)
