"""The letter that goes with a decision."""

from __future__ import annotations

from flask_babel import lazy_gettext
from wtforms import HiddenField, SelectField
from wtforms.validators import Optional

from portal.errors import N_
from portal.moderation import rules
from portal.web.fields import DayField, PageForm, SearchForm, text_field


class LetterForm(PageForm):
    """`version` is that of the case the moderator has read; `reason` is chosen by a link, which also writes the draft."""

    version = HiddenField()
    reason = HiddenField(lazy_gettext("Lý do"))
    advice = text_field(
        rules.ADVICE,
        N_("Thư gửi tác giả"),
        N_("Nói rõ vì sao, và bạn ấy làm gì tiếp được. Sửa thư mẫu cho hợp với bài."),
    )


class TemplateForm(PageForm):
    """A letter to begin with, in both languages."""

    body_vi = text_field(rules.ADVICE, N_("Tiếng Việt"))
    body_en = text_field(rules.ADVICE, N_("Tiếng Anh"))


class NoteForm(PageForm):
    """A word to colleagues."""

    note = text_field(rules.NOTE, N_("Ghi chú nội bộ"), anchor="case-note")


class MoveForm(PageForm):
    """Where a case goes, and why."""

    unit = SelectField(lazy_gettext("Chuyển tới"), validate_choice=False)
    note = text_field(rules.MOVE_NOTE, N_("Lời nhắn cho đồng nghiệp ở đó"))


class LogForm(SearchForm):
    """Which decisions of the log."""

    who = SelectField(lazy_gettext("Người duyệt"), validate_choice=False)
    outcome = SelectField(lazy_gettext("Quyết định"), validate_choice=False)
    unit = SelectField(lazy_gettext("Đơn vị"), validate_choice=False)
    since = DayField(lazy_gettext("Từ ngày"), validators=[Optional()])
    until = DayField(lazy_gettext("Đến hết ngày"), validators=[Optional()])


class AppealForm(PageForm):
    """Why an author wants a decision looked at again."""

    body = text_field(
        rules.APPEAL,
        N_("Vì sao nên xem lại?"),
        N_("Người khác đọc, không phải người đã quyết định. Nói rõ điều bạn thấy chưa đúng."),
    )
