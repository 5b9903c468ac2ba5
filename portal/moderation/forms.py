"""The letter that goes with a decision."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext
from wtforms import HiddenField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from portal.errors import N_
from portal.ideas.models import Idea
from portal.ideas.rules import TEXTS
from portal.ideas.words import PARTS
from portal.moderation import rules
from portal.rules import LANGUAGES
from portal.units.queries import reference
from portal.web.fields import DayField, PageForm, SearchForm, text_field
from portal.web.language import language_name
from portal.web.templating import local


class LetterForm(PageForm):
    """`version` is that of the case the moderator has read; `reason` is chosen by a button, which also writes the draft."""

    version = HiddenField()
    reason = HiddenField(lazy_gettext("Lý do"))
    advice = text_field(
        rules.ADVICE,
        N_("Thư gửi tác giả"),
        N_("Nói rõ vì sao, và bạn ấy làm gì tiếp được. Sửa thư mẫu cho hợp với bài."),
    )


class TemplateForm(PageForm):
    """A letter to begin with, in both languages; `seen` is when it was worded as the page knew it."""

    seen = HiddenField()
    body_vi = text_field(rules.ADVICE, N_("Tiếng Việt"))
    body_en = text_field(rules.ADVICE, N_("Tiếng Anh"))


class NoteForm(PageForm):
    """A word to colleagues."""

    note = text_field(rules.NOTE, N_("Thêm ghi chú, gõ @ để nhắc đồng nghiệp"), anchor="case-note")


class CorrectionForm(PageForm):
    """What a moderator sets right in an idea and publishes it."""

    title = text_field(TEXTS["title"], N_("Tên ý tưởng"), anchor="right-title")
    field = SelectField(PARTS["field"], validate_choice=False, id="right-field")
    language = SelectField(PARTS["language"], validate_choice=False, id="right-language")

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.field.choices = [SelectChoice(one.code, local(one, "name")) for one in reference().fields]
        self.language.choices = [SelectChoice(code, language_name(code)) for code in LANGUAGES]
        self.field.flags.required = self.language.flags.required = True

    @classmethod
    def of(cls, idea: Idea) -> CorrectionForm:
        """As the idea stands."""
        code = reference().field_by_id[idea.field_id].code
        return cls(formdata=None, title=idea.title, field=code, language=idea.language)


class MoveForm(PageForm):
    """Where a case goes, and why."""

    unit = SelectField(lazy_gettext("Chuyển tới"), validate_choice=False)
    note = text_field(rules.MOVE_NOTE, N_("Lời nhắn cho đồng nghiệp ở đó"))


class RuleForm(PageForm):
    """How a rule is set; the words are for the one that has some. `seen` is when it was set as the page knew it."""

    seen = HiddenField()
    words = text_field(
        rules.OWN_WORDS,
        N_("Các từ, mỗi dòng một từ hoặc một cụm từ"),
        N_("Phân biệt dấu, không phân biệt chữ hoa; chỉ tìm nguyên từ."),
    )
    state = RadioField(
        lazy_gettext("Dùng quy tắc này"),
        choices=[
            SelectChoice("on", lazy_gettext("Bật")),
            SelectChoice("advice", lazy_gettext("Chỉ gợi ý")),
            SelectChoice("off", lazy_gettext("Tắt")),
        ],
        validate_choice=False,
    )


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
