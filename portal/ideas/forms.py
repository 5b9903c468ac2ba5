"""Forms of ideas. Names are the API's; what is wrong is said by `rules.check`, once for everybody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from flask_babel import gettext, lazy_gettext, lazy_pgettext
from wtforms import BooleanField, RadioField, SelectField, StringField
from wtforms.validators import InputRequired

from portal.accounts.models import Member
from portal.campaigns.models import Campaign
from portal.campaigns.questions import Question
from portal.errors import N_
from portal.ideas import answers, rules, services, states
from portal.ideas.rules import Content
from portal.units.models import Unit
from portal.units.queries import reference
from portal.web.fields import PageForm, options, text_field
from portal.web.language import NAMES, current_language
from portal.web.templating import local


class IdeaForm(PageForm):
    """What an idea says. `campaigns` are those it may be sent to; who writes it is offered the units near them.

    `questions` are what those ask, by their slugs. All are in the form, whichever is chosen: the page shows the right
    ones without the server, and what was typed for one is there again when it is chosen again.
    """

    title = text_field(
        rules.TITLE, N_("Tên ý tưởng"), N_("Một câu ngắn, nói rõ làm gì. Ví dụ: “Tủ sách đi nhờ xe buýt”.")
    )
    field = StringField(lazy_gettext("Lĩnh vực"), description=lazy_gettext("Chọn một."))
    problem = text_field(rules.PROBLEM, N_("Vấn đề bạn thấy"), N_("Ai gặp khó? Ở đâu? Bạn thấy hay đếm được gì?"))
    solution = text_field(rules.SOLUTION, N_("Ý tưởng của bạn"), N_("Làm thế nào? Ai làm? Bắt đầu nhỏ nhất từ đâu?"))
    start = text_field(rules.START, N_("Bắt đầu từ đâu"), N_("Việc nhỏ nhất làm được trong tuần này là gì?"))
    impact = text_field(rules.IMPACT, N_("Có ích cho ai, bao nhiêu"), N_("Một con số ước lượng là đủ."))
    summary = text_field(
        rules.SUMMARY, N_("Tóm tắt trong một câu"), N_("Bỏ trống thì danh sách hiện câu đầu của phần vấn đề.")
    )
    unit = SelectField(
        lazy_gettext("Tỉnh, thành hoặc đơn vị"),
        description=lazy_gettext("Nơi ý tưởng này nên bắt đầu."),
        validate_choice=False,
    )
    campaign = SelectField(lazy_pgettext("one", "Chiến dịch"), validate_choice=False)
    language = SelectField(lazy_gettext("Viết bằng"), validate_choice=False)
    confidential = text_field(
        rules.CONFIDENTIAL,
        N_("Điều chỉ người duyệt đọc"),
        N_("Ví dụ: bí quyết bạn chưa muốn công bố. Phần này không bao giờ hiện trên trang."),
    )

    def __init__(
        self,
        campaigns: list[Campaign],
        writer: Member | None,
        questions: Mapping[str, tuple[Question, ...]],
        data: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(data={**(data or {}), **answers.by_part((data or {}).get("answers"))})
        self.unit.choices = [
            ("", gettext("Không chọn")),
            *((unit.code, local(unit, "name")) for unit in self._units(writer)),
        ]
        self.must_be_allowed = bool(campaigns) and writer is not None and not writer.may("contest")
        if self.must_be_allowed:  # but for what was chosen before it was known who writes: that has to be seen
            campaigns = [one for one in campaigns if one.slug == self.campaign.data]
        self.campaign.choices = [
            ("", gettext("Không dự chiến dịch nào")),
            *((one.slug, local(one, "title")) for one in campaigns),
        ]
        offered = {slug for slug, _ in self.campaign.choices}
        self.questions = {slug: some for slug, some in questions.items() if slug in offered}
        self.language.choices = [
            ("", gettext("Tự nhận ra")),
            *((code, str(name)) for code, name in NAMES.items()),
        ]

    def _units(self, writer: Member | None) -> list[Unit]:
        home_id = writer.unit_id if writer and not services.is_young(writer, datetime.now(UTC)) else None
        return reference().choices(home_id, self.unit.data or "")

    @property
    def every_question(self) -> list[Question]:
        return [one for some in self.questions.values() for one in some]

    def content(self) -> Content:
        given = {str(one.id): self[one.name].data or "" for one in self.every_question}
        return Content.read({**self.data, "answers": given})


def idea_form(
    campaigns: list[Campaign],
    writer: Member | None,
    questions: Mapping[str, tuple[Question, ...]],
    data: Mapping[str, Any] | None = None,
) -> IdeaForm:
    """The form with a field for each question; WTForms adds fields to classes alone."""
    asked = {one.name: question_field(one) for some in questions.values() for one in some}
    return type("IdeaForm", (IdeaForm,), asked)(campaigns, writer, questions, data)


def question_field(question: Question) -> Any:
    """A WTForms field for what a campaign asks, in the reader's language."""
    label, hint = local(question, "label"), local(question, "help")
    if question.kind != "choice":
        return text_field(question.rule, label, hint)
    at = int(current_language() == "en")
    none, *choices = options(gettext("Không trả lời"), ((pair[0], pair[at]) for pair in question.choices))
    shown, must = (choices, [InputRequired()]) if question.required else ([none, *choices], [])
    return RadioField(label, must, description=hint, choices=shown, validate_choice=False)


class SendForm(PageForm):
    """The last word before an idea is sent."""

    own_work = BooleanField(lazy_gettext("Đây là ý của mình."))


class WithdrawForm(PageForm):
    """Why an author takes an idea back."""

    reason = SelectField(
        lazy_gettext("Vì sao bạn rút?"),
        description=lazy_gettext(
            "Lý do hiện trên trang của ý tưởng, nếu ý đã được đăng. Rút rồi thì không đăng lại được."
        ),
        default="other",
        validate_choice=False,
    )
    note = text_field(rules.WITHDRAW_NOTE, N_("Kể thêm"), N_("Chỉ bạn và người duyệt đọc."), anchor="why")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.reason.flags.required = True
        self.reason.choices = [(code, gettext(label)) for code, label in rules.WITHDRAW_REASONS.items()]


class AnswerForm(PageForm):
    """What a unit says to an idea, and where that idea goes from the state it is in."""

    status = RadioField(lazy_gettext("Bước tiếp theo"), choices=[], validate_choice=False)
    note_vi = text_field(
        rules.ANSWER,
        N_("Phản hồi"),
        N_("Vì sao, ai làm gì, đến ngày nào. Một con số hay một cái hẹn cụ thể là hay nhất."),
    )
    note_en = text_field(rules.ANSWER_EN, N_("Bản tiếng Anh"), N_("Bỏ trống thì trang tiếng Anh hiện bản tiếng Việt."))

    def __init__(self, from_status: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.status.flags.required = True
        self.status.choices = [(to, gettext(states.LABELS[to])) for to in states.answers(from_status)]


class InviteForm(PageForm):
    """Whom an author wants beside them."""

    whom = text_field(
        rules.WHOM, N_("E-mail hoặc mã thành viên"), N_("Ví dụ: ban@example.vn. Mã thành viên bắt đầu bằng @.")
    )
