"""Parts of an idea, and what became of a row, in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from flask_babel import gettext

from portal.errors import N_, Refusal
from portal.web.language import words

PARTS = {
    "title": N_("Tên ý tưởng"),
    "problem": N_("Vấn đề bạn thấy"),
    "solution": N_("Ý tưởng của bạn"),
    "summary": N_("Tóm tắt"),
    "start": N_("Bắt đầu thế nào"),
    "impact": N_("Ai được lợi"),
    "confidential": N_("Phần kín"),
    "author": N_("Người viết"),
    "created": N_("Ngày gửi"),
    "language": N_("Ngôn ngữ"),
    "field": N_("Lĩnh vực"),
    "unit": N_("Tỉnh, thành, đơn vị"),
}
OUTCOMES = {
    "added": N_("Đã thêm"),
    "known": N_("Đã có trên Nảy"),
    "refused": N_("Không nhận"),
    "undone": N_("Đã rút lại"),
}
REASONS = {
    "unreadable": N_("Dòng này nhiều ô hơn dòng tên cột, hoặc không đọc được"),
    "empty": N_("Dòng này không có chữ nào để thành ý tưởng"),
    "duplicate": N_("Giống hệt một dòng ở trên"),
}
"""Of the rows whose parts are not at fault one by one."""


def why(reason: str, faults: Iterable[Any]) -> list[str]:
    """What is wrong with a row, or was left out of it; one text for each. `faults` as `uploading.said` has them."""
    said = [
        f"{gettext(PARTS.get(part, part))}: {words(Refusal(message, **params))}" for part, message, params in faults
    ]
    return ([gettext(REASONS[reason])] if reason in REASONS else []) + said
