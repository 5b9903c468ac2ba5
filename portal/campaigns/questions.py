"""What a campaign asks beside the idea itself, and what an answer to it must be: for the form and the API alike."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from portal.errors import N_, Refusal
from portal.rules import Invalid, TextRule

KINDS = {"short": N_("Một dòng"), "long": N_("Nhiều dòng"), "choice": N_("Chọn một")}
LONGEST = {"short": 200, "long": 1500, "choice": 80}
"""Characters of an answer, by kind."""
MOST = 6
"""Questions of one campaign: a form that asks more is left unfinished."""
LABEL = TextRule(min=5, max=120, missing=N_("Viết câu hỏi"))
LABEL_EN = TextRule(max=120)
HELP = TextRule(max=200)
RULES = {"label_vi": LABEL, "label_en": LABEL_EN, "help_vi": HELP, "help_en": HELP}
CHOICES = TextRule(max=2000, lines=True)
CHOICE = TextRule(min=1, max=LONGEST["choice"])
FEWEST_CHOICES, MOST_CHOICES = 2, 12
ANSWER = TextRule(max=LONGEST["long"], lines=True)
"""Any answer, before it is known what it answers."""


@dataclass(frozen=True, kw_only=True)
class Question:
    """One question. `most` is how many characters an answer may have; `choices` are pairs of Vietnamese and English."""

    id: int
    kind: str
    label_vi: str
    label_en: str = ""
    help_vi: str = ""
    help_en: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    required: bool = False
    most: int = LONGEST["long"]
    version: int = 1

    @property
    def name(self) -> str:
        """What its answer goes by in the form, and in the errors of the API."""
        return name_of(self.id)

    @property
    def rule(self) -> TextRule:
        return TextRule(
            min=int(self.required), max=self.most, lines=self.kind == "long", missing=N_("Trả lời câu hỏi này")
        )

    def fault(self, given: str) -> Refusal | None:
        """What is wrong with an answer."""
        answer = self.rule.clean(given)
        if self.kind == "choice" and answer:
            return None if self._chosen(answer) else Refusal(N_("Chọn một trong các câu trả lời có sẵn"))
        return self.rule.fault(answer)

    def taken(self, given: str) -> dict[str, Any]:
        """An answer as an idea keeps it: with the question as it was asked, so that it can be read whatever becomes of that."""
        answer = self.rule.clean(given)
        text, text_en = self._chosen(answer) or (answer, "")
        return {
            "question": self.id,
            "label_vi": self.label_vi,
            "label_en": self.label_en,
            "text": text,
            "text_en": text_en,
        }

    def _chosen(self, answer: str) -> tuple[str, str] | None:
        """The choice that goes by this name, in either language."""
        return next((pair for pair in self.choices if answer in pair), None) if answer else None


def name_of(question_id: int) -> str:
    return f"answer-{question_id}"


def faults(questions: Iterable[Question], given: Mapping[str, str]) -> dict[str, Refusal]:
    """What is wrong with the answers, by the names of the questions; `given` is by their numbers."""
    found = ((one.name, one.fault(given.get(str(one.id), ""))) for one in questions)
    return {name: fault for name, fault in found if fault}


def read_choices(lines: str) -> list[list[str]]:
    """A choice a line, "Tiếng Việt | English"; without English the Vietnamese stands for both."""
    pairs = [[CHOICE.clean(part) for part in line.split("|", 1)] for line in lines.split("\n") if line.strip()]
    return [[pair[0], pair[1] if len(pair) > 1 and pair[1] else pair[0]] for pair in pairs]


def check(kind: str, texts: Mapping[str, str], choices: str, most: int | None) -> None:
    """Raise Invalid with every fault of a question as it was typed, cleaned."""
    found = {
        "kind": None if kind in KINDS else Refusal(N_("Chọn cách trả lời")),
        **{name: RULES[name].fault(text) for name, text in texts.items()},
        "choices": _fault_of_choices(choices) if kind == "choice" else None,
        "most": _fault_of_most(kind, most) if kind in ("short", "long") else None,
    }
    if errors := {name: fault for name, fault in found.items() if fault}:
        raise Invalid(errors)


def _fault_of_most(kind: str, most: int | None) -> Refusal | None:
    least, highest = 10, LONGEST[kind]
    if most is None or least <= most <= highest:
        return None
    return Refusal(N_("Số này phải từ %(min)s đến %(max)s."), min=least, max=highest)


def _fault_of_choices(lines: str) -> Refusal | None:
    if fault := CHOICES.fault(lines):
        return fault
    pairs = read_choices(lines)
    if not FEWEST_CHOICES <= len(pairs) <= MOST_CHOICES:
        return Refusal(
            N_("Viết từ %(min)s đến %(max)s câu trả lời, mỗi câu một dòng"), min=FEWEST_CHOICES, max=MOST_CHOICES
        )
    if fault := next((fault for pair in pairs for text in pair if (fault := CHOICE.fault(text))), None):
        return fault
    names = [{vi, en} for vi, en in pairs]
    alike = any(one & other for at, one in enumerate(names) for other in names[:at])
    return Refusal(N_("Có hai câu trả lời giống nhau")) if alike else None
