"""The rules by name: what each says, how much it weighs, and which decisions prove it right."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from portal.errors import N_

RULES = {
    "reported": N_("%(count)s người báo cáo: %(found)s"),
    "contact_data": N_("Có thể lộ thông tin riêng: %(found)s"),
    "offensive_words": N_("Có %(count)s chỗ dùng từ có thể xúc phạm"),
    "near_duplicate": N_("Giống ý tưởng số %(idea_id)s tới %(score)s%%"),
    "minor": N_("Tác giả dưới 18 tuổi"),
    "advert": N_("Giống quảng cáo, có %(count)s chỗ mời mua"),
    "links": N_("Có %(count)s đường dẫn ra ngoài"),
    "wrong_language": N_("Ngôn ngữ không như đã ghi: %(found)s"),
    "shouting": N_("Viết như la hét: %(found)s"),
    "too_short": N_("Bài ngắn, chỉ %(length)s ký tự"),
    "burst": N_("%(count)s ý tưởng từ cùng đơn vị trong một giờ"),
    "own_words": N_("Có %(count)s chỗ dùng từ trong danh sách của ban tổ chức"),
    "first_idea": N_("Ý tưởng đầu tiên của tác giả"),
    "learned": N_("Điểm học từ các quyết định trước: %(score)s/100"),
}
LABELS = {
    "reported": N_("Bị báo cáo"),
    "contact_data": N_("Thông tin riêng"),
    "offensive_words": N_("Từ có thể xúc phạm"),
    "near_duplicate": N_("Giống ý khác"),
    "minor": N_("Dưới 18 tuổi"),
    "advert": N_("Lời mời mua"),
    "links": N_("Đường dẫn"),
    "wrong_language": N_("Sai ngôn ngữ"),
    "shouting": N_("Như la hét"),
    "too_short": N_("Quá ngắn"),
    "burst": N_("Gửi dồn dập"),
    "own_words": N_("Danh sách riêng"),
    "first_idea": N_("Ý đầu tiên"),
    "learned": N_("Điểm học được"),
}
WEIGHTS = {
    "reported": 90,
    "contact_data": 80,
    "offensive_words": 60,
    "near_duplicate": 50,
    "minor": 40,
    "advert": 35,
    "links": 30,
    "wrong_language": 25,
    "shouting": 22,
    "too_short": 20,
    "burst": 15,
    "own_words": 45,
    "first_idea": 10,
    "learned": 5,
}
KINDS = {
    "phone": N_("số điện thoại"),
    "email": N_("địa chỉ e-mail"),
    "address": N_("địa chỉ nhà"),
    "school": N_("trường và lớp"),
    "identity": N_("số căn cước"),
    "bank": N_("số tài khoản"),
}
MASKS = {
    "phone": N_("[đã che số điện thoại]"),
    "email": N_("[đã che e-mail]"),
    "address": N_("[đã che địa chỉ]"),
    "school": N_("[đã che trường lớp]"),
    "identity": N_("[đã che số căn cước]"),
    "bank": N_("[đã che số tài khoản]"),
}
SHOUTS = {
    "capitals": N_("%(count)s%% chữ viết hoa"),
    "signs": N_("%(count)s chỗ lặp dấu"),
    "letters": N_("%(count)s chỗ kéo dài chữ"),
}
LANGUAGES = {
    "unaccented": N_("tiếng Việt viết không dấu"),
    "vietnamese": N_("ghi là tiếng Anh mà viết tiếng Việt"),
    "foreign": N_("ghi là tiếng Việt mà không phải tiếng Việt"),
    "script": N_("phần lớn là chữ viết khác"),
}
WHOSE = {"author": N_("cùng tác giả"), "unit": N_("cùng đơn vị"), "public": N_("đã đăng"), "other": N_("đang chờ")}

IN_THE_WORDS = (
    "contact_data",
    "offensive_words",
    "own_words",
    "advert",
    "links",
    "wrong_language",
    "shouting",
    "too_short",
)
"""Rules that need nothing but the text, so that they can be tried on what was decided before."""
SWITCHED = (*IN_THE_WORDS, "near_duplicate", "burst", "first_idea")
"""Those that an installation may turn off. That somebody is a minor, or was reported, is no opinion."""

PROVEN_BY = {
    "contact_data": ("privacy",),
    "offensive_words": ("offensive",),
    "near_duplicate": ("duplicate",),
    "advert": ("advert",),
    "links": ("advert",),
    "too_short": ("unclear",),
    "wrong_language": ("unclear", "other"),
    "shouting": ("unclear", "offensive"),
}
"""The reasons of a decision that a rule should have seen coming. Rules that are not here describe a text and judge
nothing: of them only the number is told."""


@dataclass(frozen=True)
class Finding:
    """One rule that fits, with its weight (1 to 100) and what its text in RULES needs."""

    rule: str
    weight: int
    params: dict[str, Any] = field(default_factory=dict)


def finding(rule: str, **params: Any) -> Finding:
    return Finding(rule, WEIGHTS[rule], params)
