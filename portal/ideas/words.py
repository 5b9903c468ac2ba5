"""What the parts of an idea are called wherever they are read: on its page, among its versions, at the desk."""

from __future__ import annotations

from flask_babel import lazy_gettext, lazy_pgettext

PARTS = {
    "title": lazy_gettext("Tên ý tưởng"),
    "summary": lazy_gettext("Tóm tắt trong một câu"),
    "problem": lazy_gettext("Vấn đề"),
    "solution": lazy_pgettext("one", "Ý tưởng"),
    "start": lazy_gettext("Bắt đầu từ đâu"),
    "impact": lazy_gettext("Có ích cho ai, bao nhiêu"),
    "confidential": lazy_gettext("Điều chỉ người duyệt đọc"),
    "field": lazy_gettext("Lĩnh vực"),
    "unit": lazy_gettext("Tỉnh, thành hoặc đơn vị"),
    "campaign": lazy_pgettext("one", "Chiến dịch"),
    "language": lazy_gettext("Viết bằng"),
}
