"""How a text is written: words that hurt, offers to buy, links, shouting, and another language than it says."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path

from portal import text
from portal.moderation.triage.spans import Span

_DATA = Path(__file__).parents[2] / "data"
_LINK = re.compile(
    r"https?://\S+|\bwww\.\S+|\b(?:t|fb|zalo|m)\.me/\S+|\bbit\.ly/\S+"
    r"|(?<![@\w.-])(?:[a-z0-9-]{1,63}\.){1,5}(?:com|vn|net|org|info|shop|xyz)\b(?:/\S*)?",
    re.IGNORECASE,
)
# Single words of trade are ordinary prose ("giảm giá thành", "mua bán rác"); these invite somebody to buy.
_OFFERS = re.compile(
    r"(?<!\w)(?:"
    r"(?:inbox|ib|nhắn tin|gọi|liên hệ)(?: ngay)?(?: cho)?(?: (?:shop|em|mình|tôi|chúng tôi))? (?:để )?(?:đặt|mua|báo giá|nhận ưu đãi|được tư vấn)"
    r"|đặt (?:hàng|mua) ngay|mua ngay|free ?ship|miễn phí (?:ship|vận chuyển)|giao hàng toàn quốc"
    r"|(?:giảm giá|sale|khuyến mãi|khuyến mại|ưu đãi)(?: sốc| lên tới| tới| đến| off)? \d{1,2} ?%"
    r"|giá (?:chỉ|chỉ từ|ưu đãi|sỉ|gốc) ?:? ?\d|chỉ (?:còn|với|từ) \d[\d.,]{0,10} ?(?:k|đ|đồng|vnđ|vnd)\b"
    r"|cam kết (?:hoàn tiền|chính hãng)|(?:bao|hoàn) tiền 100 ?%|hotline đặt hàng|tuyển (?:cộng tác viên|ctv|sỉ)"
    r"|việc nhẹ lương cao|vay (?:tiền )?nhanh|lãi suất (?:chỉ )?(?:từ )?\d|kiếm \d[\d.,]{0,10} ?(?:k|tr|triệu)[^.\n]{0,20}(?:ngày|tuần)"
    r")(?!\w)",
    re.IGNORECASE,
)
_SIGNS = re.compile(r"[!?]{3,}")
_LONG = re.compile(r"(?i)([^\W\d_])\1{3,}")  # "hayyyy"; three are www
_NUMERAL = re.compile(r"\b[IVXLCDM]+\b")
SHOUT = 60  # per cent of capitals
ENOUGH = 40  # letters, below which a share says nothing


def find(source: str) -> list[Span]:
    """Offensive words, offers and links in an NFC text."""
    kinds = {"offensive_words": _offensive(), "advert": _OFFERS, "links": _LINK}
    return [Span(rule, rule, *match.span()) for rule, pattern in kinds.items() for match in pattern.finditer(source)]


def shouting(source: str) -> list[Span]:
    """Signs and letters repeated. Capitals are a matter of the whole text: see `capitals`."""
    return [
        Span("shouting", kind, *match.span())
        for kind, pattern in (("signs", _SIGNS), ("letters", _LONG))
        for match in pattern.finditer(_LINK.sub(lambda link: " " * len(link[0]), source))
    ]


def capitals(source: str) -> int:
    """Per cent of a text's letters that are capitals, 0 for a text too short to say. Numerals of kings do not count."""
    letters = [letter for letter in _NUMERAL.sub("", source) if letter.isalpha()]
    return 100 * sum(letter.isupper() for letter in letters) // len(letters) if len(letters) >= ENOUGH else 0


def misfit(source: str, language: str) -> str | None:
    """What is not as the text's language says: a key of LANGUAGES, or None."""
    letters = [letter for letter in source.lower() if letter.isalpha()]
    if len(letters) < 2 * ENOUGH:
        return None
    if sum("LATIN" not in unicodedata.name(letter, "") for letter in letters) * 2 > len(letters):
        return "script"
    marked = text.marked(source)
    if marked < 1 / 20 and text.is_unaccented_vietnamese(source):
        return "unaccented"
    if language == "vi":
        return "foreign" if marked < 1 / 12 else None
    return "vietnamese" if marked > 1 / 6 else None


@lru_cache(maxsize=1)
def _offensive() -> re.Pattern[str]:
    """The list as one pattern: whole words, accents kept. Folded it would flag every other sentence.

    Letters drawn out ("nguuu") count in entries of four letters and more; shorter ones would hit other words.
    """
    lines = (_DATA / "vn_offensive_words.txt").read_text(encoding="utf-8").splitlines()
    words = sorted((line for line in lines if line and not line.startswith("#")), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(_drawn_out, words))})(?!\w)", re.IGNORECASE)


def _drawn_out(word: str) -> str:
    if sum(letter.isalpha() for letter in word) < 4:
        return re.escape(word)
    return "".join(f"{letter}{letter}*" if letter.isalpha() else re.escape(letter) for letter in word)
