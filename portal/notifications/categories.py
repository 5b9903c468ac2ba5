"""What letters are about, in the few groups a reader can tell apart, and how often each may come."""

from __future__ import annotations

from dataclasses import dataclass

from portal.errors import N_
from portal.notices.kinds import CATEGORY_OF

NOW, DAILY, NEVER = RHYTHMS = ("now", "daily", "never")
ALWAYS = "none"
"""The category of letters nobody can turn off: codes, safety, answers to what somebody has just done."""


@dataclass(frozen=True, kw_only=True)
class Category:
    """`default` holds until the reader chooses; `rhythms` are the choices there are."""

    label: str
    hint: str
    default: str
    duty: str = ""  # offered only to those who may do this
    rhythms: tuple[str, ...] = RHYTHMS


CATEGORIES: dict[str, Category] = {
    "my-ideas": Category(
        label=N_("Ý tưởng của bạn"),
        hint=N_("Ý của bạn được đăng, cần sửa, hay đi tiếp một bước."),
        default=NOW,
    ),
    "comments": Category(
        label=N_("Góp ý và trả lời"),
        hint=N_("Có người góp ý cho bạn, trả lời bình luận của bạn, hoặc nhắc tên bạn."),
        default=DAILY,
    ),
    "follows": Category(
        label=N_("Ý bạn theo dõi"),
        hint=N_("Ý bạn theo dõi đi tiếp một bước hoặc có góp ý mới; ý bạn ủng hộ được gộp vào ý khác."),
        default=DAILY,
    ),
    "searches": Category(
        label=N_("Tìm kiếm đã lưu"),
        hint=N_("Có ý mới khớp điều bạn đang tìm. Mỗi ngày nhiều nhất một thư."),
        default=DAILY,
        rhythms=(DAILY, NEVER),
    ),
    "reminders": Category(
        label=N_("Nhắc việc viết dở"),
        hint=N_("Bản nháp để quên ba ngày, hoặc chiến dịch sắp hết hạn khi bài của bạn còn dở."),
        default=NOW,
        rhythms=(NOW, NEVER),
    ),
    "news": Category(
        label=N_("Tin từ ban tổ chức"),
        hint=N_("Người tổ chức viết cho nhóm của bạn: chiến dịch bạn dự, lĩnh vực bạn viết, tỉnh của bạn."),
        default=NOW,
        rhythms=(NOW, NEVER),
    ),
    "campaigns": Category(
        label=N_("Chiến dịch mới"),
        hint=N_("Mỗi khi một chiến dịch mở. Nảy chỉ gửi nếu bạn chọn, và bạn đã đủ 16 tuổi."),
        default=NEVER,
        rhythms=(NOW, NEVER),
    ),
    "desk": Category(
        label=N_("Hàng chờ duyệt"),
        hint=N_("Mỗi sáng một thư, khi có mục đang chờ bạn duyệt."),
        default=DAILY,
        duty="moderate",
        rhythms=(DAILY, NEVER),
    ),
    "goals": Category(
        label=N_("Ý đủ ủng hộ"),
        hint=N_("Một ý ở nơi bạn phụ trách đủ ủng hộ và chờ đơn vị trả lời."),
        default=NOW,
        duty="organise",
    ),
}

DIGEST = "digest"
"""Of the daily letter of news. Nobody chooses it by name: whoever stops it stops all that came in it."""

BY_OWN_LETTER = ("hidden", "edit_reject", "reopened")
"""Notices whose letter says why, and so comes at once in any rhythm but never: no digest tells them again."""
BY_DECISION = "masked_first"
"""The letter with the decision says so; to whoever wants that in the daily letter, the daily letter does."""
OF_NOTICE = {kind: category for kind, category in CATEGORY_OF.items() if kind not in BY_OWN_LETTER}
"""Which category a notice is of. Other kinds of notices are told in the portal only, or have letters of their own."""
