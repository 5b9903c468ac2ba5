"""Answers to what a campaign asks.

An idea keeps each with its question as it was asked: nothing has to be looked up to read it, and it can be read when
the question is worded otherwise, or is asked no more.

An answer: {"question": number, "label_vi", "label_en", "text", "text_en"}; `text_en` is empty unless it was chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from portal.campaigns.questions import ANSWER, LONGEST, Question, name_of

Answer = dict[str, Any]
Answers = Sequence[Answer]
MOST_KEPT = 60
"""A draft keeps what was typed for several campaigns, one after the other, but does not fill the disk."""


def read(raw: Any) -> dict[str, str]:
    """What was typed, by the numbers of the questions; whatever is no such thing is left out."""
    if not isinstance(raw, Mapping):
        return {}
    known = {str(number): ANSWER.clean(str(text)) for number, text in raw.items() if str(number).isdecimal() and text}
    return {number: text for number, text in list(known.items())[:MOST_KEPT] if text}


def by_part(typed: Mapping[str, str] | None) -> dict[str, str]:
    """What was typed, by the names the questions have in the form."""
    return {name_of(int(number)): text for number, text in (typed or {}).items()}


def taken(questions: Iterable[Question], given: Mapping[str, str]) -> list[Answer]:
    """The answers an idea keeps: to these questions, in their order, without those left empty."""
    answers = (one.taken(given.get(str(one.id), "")) for one in questions)
    return [answer for answer in answers if answer["text"]]


def given(answers: Answers | None) -> dict[str, str]:
    """What was typed, to be typed anew."""
    return {str(answer["question"]): answer["text"] for answer in answers or ()}


def asked_once(answers: Answers, questions: Iterable[Question]) -> tuple[Question, ...]:
    """The questions of answers that are asked no more: who answered them may still change what they said."""
    still = {one.id for one in questions}
    last = {answer["question"]: answer for answer in answers}
    return tuple(
        Question(
            id=number,
            kind="long",
            label_vi=answer["label_vi"],
            label_en=answer["label_en"],
            most=LONGEST["long"],
        )
        for number, answer in last.items()
        if number not in still
    )


def texts(answers: Answers | None) -> tuple[str, ...]:
    """What the author says in them, for the rules of the desk and for searching."""
    return tuple(answer["text"] for answer in answers or ())


def by_name(answers: Answers | None) -> dict[str, str]:
    """What they say, by the name of the question in the form."""
    return {name_of(answer["question"]): answer["text"] for answer in answers or ()}


def labels(answers: Answers | None, language: str) -> dict[str, str]:
    """The questions in a language, by the same names."""
    return {name_of(answer["question"]): label(answer, language) for answer in answers or ()}


def label(answer: Answer, language: str) -> str:
    return str(answer[f"label_{language}"] or answer["label_vi"])


def said(answer: Answer, language: str) -> str:
    """The answer; one that was chosen, in the reader's language."""
    return str((answer["text_en"] if language == "en" else "") or answer["text"])


def to_read(answers: Answers | None) -> list[Answer]:
    """For a file: the question in both languages, and what was said."""
    return [{name: answer[name] for name in ("question", "label_vi", "label_en", "text")} for answer in answers or ()]


def in_one(answers: Answers) -> str:
    """All of them as one text, for a cell of a sheet."""
    return "\n\n".join(f"{answer['label_vi']}\n{answer['text']}" for answer in answers)


def masked(answers: Answers | None, change: Callable[[str], str]) -> list[Answer]:
    """The same with `change` applied to what the author says."""
    return [{**answer, "text": change(answer["text"])[: LONGEST["long"]]} for answer in answers or ()]
