"""Answers to what a campaign asks.

An idea keeps each with its question as it was asked: nothing has to be looked up to read it, and it can be read when
the question is worded otherwise, or is asked no more.

An answer: {"question": number, "label_vi", "label_en", "text", "text_en"}; `text_en` is empty unless it was chosen.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
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


def still_asked(questions: Iterable[Question], kept: Answers) -> tuple[Question, ...]:
    """What is asked of whoever answered before: the questions, and what they may keep or change though nobody else can.

    A choice that was made stays one of the choices; so does a question that is asked no more.
    """
    last = {answer["question"]: answer for answer in kept}
    asked = tuple(_with_choice(one, last.get(one.id)) for one in questions)
    gone = last.keys() - {one.id for one in asked}
    return (*asked, *(_asked_once(answer) for number, answer in last.items() if number in gone))


def _with_choice(question: Question, answer: Answer | None) -> Question:
    if answer is None or question.kind != "choice" or any(answer["text"] in pair for pair in question.choices):
        return question
    made = (answer["text"], answer["text_en"] or answer["text"])
    return replace(question, choices=(*question.choices, made))


def _asked_once(answer: Answer) -> Question:
    labels = {name: answer[name] for name in ("label_vi", "label_en")}
    return Question(id=answer["question"], kind="long", most=LONGEST["long"], **labels)


def texts(answers: Answers | None) -> tuple[str, ...]:
    """What the author says in them, for the rules of the desk and for searching."""
    return tuple(answer["text"] for answer in answers or ())


def by_name(answers: Answers | None) -> dict[str, str]:
    """What they say, by the name of the question in the form."""
    return by_part(given(answers))


def labels(answers: Answers | None, language: str) -> dict[str, str]:
    """The questions in a language, by the same names."""
    return {name_of(one["question"]): one["label"] for one in in_language(answers, language)}


def in_language(answers: Answers | None, language: str) -> list[Answer]:
    """To be read: the question, and what was said; a choice, in the reader's language."""
    return [
        {
            "question": answer["question"],
            "label": answer[f"label_{language}"] or answer["label_vi"],
            "text": (answer["text_en"] if language == "en" else "") or answer["text"],
        }
        for answer in answers or ()
    ]


def to_read(answers: Answers | None) -> list[Answer]:
    """For a file: the question in both languages, and what was said."""
    return [{name: answer[name] for name in ("question", "label_vi", "label_en", "text")} for answer in answers or ()]


def flat(value: Any) -> Any:
    """A cell of a sheet holds no list: answers stand in one, each under its question."""
    if not isinstance(value, list):
        return value
    return "\n\n".join(f"{answer['label_vi']}\n{answer['text']}" for answer in value)


def masked(answers: Answers | None, change: Callable[[str], str]) -> list[Answer]:
    """The same with `change` applied to what the author says."""
    return [{**answer, "text": change(answer["text"])[: LONGEST["long"]]} for answer in answers or ()]
