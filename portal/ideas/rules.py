"""What an idea must be: the lengths and words of its fields, for the form, the API and the import alike."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any

from portal import text
from portal.campaigns import questions as asking
from portal.campaigns.questions import Question
from portal.errors import N_, Refusal
from portal.ideas import answers, states
from portal.rules import LANGUAGES, Invalid, TextRule
from portal.units.queries import WIDE, reference

TITLE = TextRule(
    min=12,
    max=120,
    missing=N_("Đặt tên cho ý tưởng"),
    short=N_("Tên ý tưởng cần ít nhất %(min)s ký tự"),
)
PROBLEM = TextRule(
    min=50,
    max=1500,
    lines=True,
    missing=N_("Kể về vấn đề bạn thấy"),
    short=N_("Kể thêm về vấn đề (cần ít nhất %(min)s ký tự)"),
)
SOLUTION = TextRule(
    min=50,
    max=4000,
    lines=True,
    missing=N_("Kể ý tưởng của bạn"),
    short=N_("Kể thêm về ý tưởng (cần ít nhất %(min)s ký tự)"),
)
SUMMARY = TextRule(max=200)
START = TextRule(max=1500, lines=True)
IMPACT = TextRule(max=1500, lines=True)
CONFIDENTIAL = TextRule(max=4000, lines=True)
CODE = TextRule(max=80)
WHOM = TextRule(min=3, max=254, missing=N_("Nhập e-mail hoặc mã thành viên của bạn ấy"))
ANSWER = TextRule(min=20, max=1500, lines=True, missing=N_("Viết phản hồi"))
ANSWER_EN = TextRule(max=1500, lines=True)
NO_STEP = N_("Chọn bước tiếp theo của ý tưởng")
WITHDRAW_NOTE = TextRule(max=500, lines=True)
WITHDRAW_REASONS = {
    "done": N_("Mình đã làm xong"),
    "duplicate": N_("Đã có ý giống như vậy"),
    "unfeasible": N_("Mình thấy chưa làm được"),
    "rethink": N_("Mình muốn nghĩ lại"),
    "other": N_("Lý do riêng"),
}
"""What everybody reads under an idea that was taken back. Words of one's own nobody has checked: they stay between
the author and the desk."""

TEXTS = {
    "title": TITLE,
    "summary": SUMMARY,
    "problem": PROBLEM,
    "solution": SOLUTION,
    "start": START,
    "impact": IMPACT,
    "confidential": CONFIDENTIAL,
}
NO_FIELD = N_("Chọn một lĩnh vực")
NO_UNIT = N_("Không có đơn vị này")
CLOSED_UNIT = N_("Đơn vị này đã đóng. Chọn một đơn vị khác.")
ONLY_WIDE = N_("Bạn dưới 18 tuổi, nên chỉ chọn tỉnh, thành phố hoặc cơ quan trung ương: mọi người đọc được chỗ này.")
NO_LANGUAGE = N_("Chọn tiếng Việt hoặc tiếng Anh")


@dataclass(frozen=True, kw_only=True)
class Content:
    """What an author writes. Field, unit and campaign are codes; an empty language is guessed from the text.

    `answers` are by the numbers of the questions, those of other campaigns too: what was typed is kept.
    """

    title: str = ""
    summary: str = ""
    problem: str = ""
    solution: str = ""
    start: str = ""
    impact: str = ""
    confidential: str = ""
    field: str = ""
    unit: str = ""
    campaign: str = ""
    language: str = ""
    answers: Mapping[str, str] = dataclasses.field(default_factory=dict)

    @classmethod
    def read(cls, raw: Mapping[str, Any]) -> Content:
        """Take what is known of a form, a JSON body or a row of a file, and clean each text by its rule."""
        written: dict[str, Any] = {name: TEXTS.get(name, CODE).clean(str(raw.get(name) or "")) for name in FIELDS}
        return cls(**written, answers=answers.read(raw.get("answers")))

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def withdrawal(reason: str, note: str = "") -> tuple[str | None, str]:
    """A reason by its code, and what else the author says. Raises Invalid.

    Words in place of a code are what the author says: that is how it was before there were codes.
    """
    if reason and reason not in WITHDRAW_REASONS:
        reason, note = "", note or reason
    note = WITHDRAW_NOTE.clean(note)
    if fault := WITHDRAW_NOTE.fault(note):
        raise Invalid({"note": fault})
    return reason or None, note


def answer(to: str, note_vi: str, note_en: str) -> tuple[str, str]:
    """The words of an official answer, cleaned. Raises Invalid with every fault."""
    note_vi, note_en = ANSWER.clean(note_vi), ANSWER_EN.clean(note_en)
    faults = {
        "status": None if to in states.ANSWERS else Refusal(NO_STEP),
        "note_vi": ANSWER.fault(note_vi),
        "note_en": ANSWER_EN.fault(note_en),
    }
    if errors := {name: fault for name, fault in faults.items() if fault}:
        raise Invalid(errors)
    return note_vi, note_en


FIELDS = tuple(name for name in Content.__dataclass_fields__ if name != "answers")


def check(
    content: Content,
    *,
    relaxed: bool = False,
    minor: bool = False,
    unit_before: str = "",
    questions: Iterable[Question] = (),
) -> Content:
    """The content with its language known. Raises Invalid with every fault.

    `relaxed` is for the import: a text may be short, a source with one text has no solution of its own, and its unit
    may be no more. `minor`: no school or commune may stand beside the author's name. `unit_before` may be closed.
    `questions` are those that its answers are to.
    """
    errors = {
        name: fault for name, rule in TEXTS.items() if (fault := rule.fault(getattr(content, name), relaxed=relaxed))
    }
    if relaxed and not content.solution:
        errors.pop("solution", None)
    codes = reference()
    if content.field not in codes.field_by_code:
        errors["field"] = Refusal(NO_FIELD)
    if content.unit and (fault := _unit_fault(content.unit, minor, closed=relaxed or content.unit == unit_before)):
        errors["unit"] = fault
    if content.language and content.language not in LANGUAGES:
        errors["language"] = Refusal(NO_LANGUAGE)
    errors |= asking.faults(questions, content.answers)
    if errors:
        raise Invalid(errors)
    whole = f"{content.title} {content.problem} {content.solution}"
    return replace(content, language=content.language or text.language_of(whole))


def _unit_fault(code: str, minor: bool, *, closed: bool) -> Refusal | None:
    unit = reference().unit_by_code.get(code)
    if unit is None:
        return Refusal(NO_UNIT)
    if unit.closed_at and not closed:
        return Refusal(CLOSED_UNIT)
    return Refusal(ONLY_WIDE) if minor and unit.kind not in WIDE else None
