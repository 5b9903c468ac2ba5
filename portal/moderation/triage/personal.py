"""How to find a person: telephone, mail, home, school with class, identity card, bank account.

Each pattern was written against sentences it must leave alone: laws and decrees, sums, dates, bar codes, tax numbers,
bus lines, place names (`tests/portal/moderation/triage/`). Repetitions are bounded, so that no text makes a search slow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from portal.moderation.triage.spans import Span, apart

_GAP = r"[ \u00a0.)–-]{0,3}"
_UPPER = "A-ZÀÁẢÃẠĂẰẮẲẴẶÂẦẤẨẪẬĐÈÉẺẼẸÊỀẾỂỄỆÌÍỈĨỊÒÓỎÕỌÔỒỐỔỖỘƠỜỚỞỠỢÙÚỦŨỤƯỪỨỬỮỰỲÝỶỸỴ"
_NAME = rf"(?-i:[{_UPPER}][\w’']{{0,11}})"  # one word of a name
_NAMES = rf"(?:\s{_NAME}){{1,5}}"
_NUMBER = r"\d{1,5}[a-z]?(?:/\d{1,5}[a-z]?){0,4}"
_STREET = r"(?:đường|phố|ngõ|hẻm|ngách|kiệt|thôn|xóm|ấp|tổ|khu phố|bản)"
# "số 15 đường Lê Lợi" is a home; "nghị quyết số 15 đường lối", "cột số 3 đường dây" are not
_NO_STREET = (
    r"(?!đường\s(?:lối|dây|ống|truyền|sắt|bộ|thuỷ|thủy|vào|ra|đi|về|liên|nông|đất|nhựa|bê|mòn|biên|cao|dẫn|kính)\b"
    r"|phố\s(?:biến|cổ)\b|tổ\s(?:chức|quốc|công|hợp|sư|ấm|ong)\b|bản\s(?:đồ|sắc|quyền|thân|chất|tin|vẽ|sao|địa)\b)"
)
_PLACE = rf",?\s{_NO_STREET}{_STREET}(?:\s\d{{1,4}}|{_NAMES}|\s[^\W\d]{{1,7}}){{1,2}}"
_CLASS = r"l[ớo]p\s{0,2}(?:1[0-2]|[1-9])(?:\s?(?-i:[A-NĐ])|[a-nđ])\d{0,2}\b"
_SCHOOL = (
    r"tr[ưu][ờo]ng\s(?!(?-i:Sa|Sơn|Chinh|Giang|Thành|Xuân)\b)"
    rf"(?:(?:thcs|thpt|ptth|th|tiểu học|tieu hoc|trung học cơ sở|trung học phổ thông|trung hoc|ptdtnt|đại học|cao đẳng|mầm non)\b(?:{_NAMES})?"
    rf"|{_NAME}(?:{_NAMES})?)"
)

_WHOLE = {
    "bank": re.compile(
        r"\b(?:stk|số tài khoản|so tai khoan|tài khoản(?: ngân hàng)? số|số tk)\b[^\d\n]{0,25}?(?P<it>\d(?:[ .]?\d){7,18})(?!\d)",
        re.IGNORECASE,
    ),
    "identity": re.compile(
        r"(?<!\d)(?<!\d[ .,])(?P<bare>0\d{2}[ .]?[0-3]\d{2}[ .]?\d{3}[ .]?\d{3})(?![\d/])"
        r"|\b(?:cccd|cmnd|cmtnd|căn cước|can cuoc|chứng minh(?: nhân dân| thư)?)\b[^\d\n]{0,25}?(?P<it>\d{9}|\d{12})(?!\d)",
        re.IGNORECASE,
    ),
    # the second digit is never 0 or 1, which keeps sums (1 000 000 000) out; dates followed by an hour are kept out too
    "phone": re.compile(
        r"(?<!\d)(?<!\d[.,])(?!\d\d[ .-]\d\d[ .-](?:19|20)\d\d)"
        rf"(?:\+84{_GAP}(?:\(0\){_GAP})?|84(?=\d)|\(?0)(?:2(?:{_GAP}\d){{9}}|[35789](?:{_GAP}\d){{8}})(?![\d/])"
    ),
    "email": re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}"),
    "address": re.compile(
        rf"\b(?:số nhà|nhà số)\s{_NUMBER}(?:{_PLACE}){{0,3}}"
        rf"|\bsố\s{_NUMBER},?\s{_NO_STREET}(?:đường|phố|ngõ|hẻm|ngách|kiệt)\b(?:\s\d{{1,4}})?(?:{_NAMES})?"
        rf"|(?<![\d/])\b{_NUMBER},?\s(?:ngõ|hẻm|ngách|kiệt)\s\d{{1,4}}(?:{_NAMES})?",
        re.IGNORECASE,
    ),
}
_PAIRS = (
    re.compile(rf"\b(?P<a>{_CLASS}).{{0,60}}?\b(?P<b>{_SCHOOL})", re.IGNORECASE),
    re.compile(rf"\b(?P<b>{_SCHOOL}).{{0,60}}?\b(?P<a>{_CLASS})", re.IGNORECASE),
)
# what stands before a number and says that it is another kind of number
_NOT_A_PERSON = re.compile(
    r"(?:mã số thuế|mst|mã vạch|mã (?:sản phẩm|đơn|hàng|dự án|số)|isbn)[^\d.\n]{0,30}$"
    r"|(?:tuyến(?: xe)?|xe(?: buýt)?"
    r"|nghị (?:quyết|định)|quyết định|thông tư|công văn|điều|khoản|luật)(?: số)?\W{0,3}$",
    re.IGNORECASE,
)
_PROVINCES = frozenset(
    """
    001 002 004 006 008 010 011 012 014 015 017 019 020 022 024 025 026 027 030 031 033 034 035 036 037 038 040
    042 044 045 046 048 049 051 052 054 056 058 060 062 064 066 067 068 070 072 074 075 077 079 080 082 083 084
    086 087 089 091 092 093 094 095 096
    """.split()  # noqa: SIM905  # read as a text
)
"""The first three digits of an identity number: where its bearer was registered at birth."""


def find(source: str) -> list[Span]:
    """Personal data in an NFC text; spans do not overlap. Class and school of one pair share a `group`."""
    return apart([*_found(source), *_pairs(source)])


def _found(source: str) -> Iterator[Span]:
    for kind, pattern in _WHOLE.items():
        for match in pattern.finditer(source):
            if _is_personal(kind, match):
                start, end = match.span("it" if match.groupdict().get("it") else 0)
                yield Span("contact_data", kind, start, end)


def _is_personal(kind: str, match: re.Match[str]) -> bool:
    before = match.string[max(0, match.start() - 48) : match.start()]
    bare = kind == "identity" and match["bare"]
    if (bare or kind in {"phone", "address"}) and _NOT_A_PERSON.search(before):
        return False
    return not bare or bare[:3] in _PROVINCES


def _pairs(source: str) -> Iterator[Span]:
    """A class with a school says where a child can be met; either alone does not."""
    taken: set[int] = set()
    for pattern in _PAIRS:
        for match in pattern.finditer(source):
            if taken.isdisjoint((match.start("a"), match.start("b"))):
                taken |= {match.start("a"), match.start("b")}
                for part in "ab":
                    yield Span("contact_data", "school", *match.span(part), group=match.start())
