"""The form of a campaign's question. Rules are those of `portal.campaigns.questions`."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext, lazy_gettext
from wtforms import BooleanField, RadioField, StringField
from wtforms.validators import InputRequired

from portal.campaigns import questions
from portal.campaigns.asking import Wording
from portal.campaigns.questions import Question
from portal.errors import N_
from portal.web.fields import VersionedForm, text_field
from portal.web.ids import row_id


class QuestionForm(VersionedForm):
    """What is asked, and how it is answered."""

    label_vi = text_field(questions.LABEL, N_("Câu hỏi"), N_("Ví dụ: “Cần bao nhiêu tiền để bắt đầu?”"))
    label_en = text_field(questions.LABEL_EN, N_("Câu hỏi bằng tiếng Anh"))
    help_vi = text_field(questions.HELP, N_("Lời gợi ý"), N_("Hiện dưới câu hỏi, giúp bạn trẻ biết viết gì."))
    help_en = text_field(questions.HELP, N_("Lời gợi ý bằng tiếng Anh"))
    kind = RadioField(
        lazy_gettext("Cách trả lời"), [InputRequired()], choices=[], validate_choice=False, default="long"
    )
    choices = text_field(
        questions.CHOICES,
        N_("Các câu trả lời, khi cách trả lời là “Chọn một”"),
        N_("Mỗi dòng một câu: Tiếng Việt | English"),
    )
    most = StringField(
        lazy_gettext("Dài nhất bao nhiêu ký tự"),
        description=lazy_gettext("Bỏ trống thì một dòng được 200, nhiều dòng được 1.500."),
    )
    required = BooleanField(lazy_gettext("Phải trả lời mới gửi được"))

    def __init__(self, question: Question | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, data=_typed(question) if question else None, **kwargs)
        kinds = [question.kind] if question else questions.KINDS
        self.kind.choices = [(kind, gettext(questions.KINDS[kind])) for kind in kinds]

    def wording(self) -> Wording:
        texts = {name: self[name].data or "" for name in ("label_vi", "label_en", "help_vi", "help_en", "choices")}
        most = (self.most.data or "").strip()
        number = (row_id(most) or 0) if most else None
        return Wording(**texts, kind=self.kind.data or "", required=bool(self.required.data), most=number)


def _typed(question: Question) -> dict[str, Any]:
    names = ("label_vi", "label_en", "help_vi", "help_en", "kind", "required")
    lines = "\n".join(vi if vi == en else f"{vi} | {en}" for vi, en in question.choices)
    figures = {name: str(getattr(question, name)) for name in ("most", "version")}
    return {**{name: getattr(question, name) for name in names}, **figures, "choices": lines}
