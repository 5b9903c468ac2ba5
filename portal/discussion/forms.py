"""The forms of a comment and of a report."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import RadioField

from portal.discussion.rules import BODY, REPORT_LABELS, REPORT_NOTE
from portal.errors import N_
from portal.web.fields import PageForm, text_field


class CommentForm(PageForm):
    body = text_field(
        BODY,
        N_("Góp ý cho tác giả"),
        N_("Hỏi, gợi ý cách làm, hoặc kể kinh nghiệm của bạn. Đừng chia sẻ số điện thoại, địa chỉ nhà."),
    )


class ReportForm(PageForm):
    reason = RadioField(lazy_gettext("Có chuyện gì?"), choices=[], validate_choice=False)
    note = text_field(REPORT_NOTE, N_("Kể thêm"), N_("Người duyệt đọc; người viết bài không thấy."))

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.reason.choices = [(code, gettext(label)) for code, label in REPORT_LABELS.items()]
        self.reason.flags.required = True
