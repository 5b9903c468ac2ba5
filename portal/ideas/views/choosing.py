"""After a conflict the writer says part by part which of two texts stays: the same for a draft and for an idea."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import request
from wtforms import Field

from portal.ideas import answers
from portal.ideas.forms import IdeaForm
from portal.ideas.rules import TEXTS
from portal.units.queries import reference
from portal.web.templating import local

PICK = "pick-"
PARTS = (*TEXTS, "field", "unit", "campaign")


def has_picked() -> bool:
    """Whether the form that was sent has the choices in it, made or still to be made."""
    return any(name.startswith(PICK) for name in request.form)


def _parts(form: IdeaForm) -> tuple[str, ...]:
    return (*PARTS, *(one.name for one in form.every_question))


def _by_part(content: Mapping[str, Any]) -> dict[str, Any]:
    """What was kept, with each answer by the name it has in the form."""
    return {**content, **answers.by_part(content.get("answers"))}


def take_the_other(form: IdeaForm, theirs: Mapping[str, Any]) -> None:
    """Put what was chosen in place of what was typed; a long text may keep both."""
    theirs = _by_part(theirs)
    for name in _parts(form):
        mine, other, wish = form[name].data or "", theirs.get(name) or "", request.form.get(PICK + name)
        if wish == "theirs":
            form[name].data = other
        elif wish == "both" and other not in mine:
            form[name].data = f"{mine}\n\n{other}".strip()


def differences(form: IdeaForm, theirs: Mapping[str, Any]) -> list[tuple[Field, str, str]]:
    """The parts in which what is before the writer differs from what was kept elsewhere, with both texts."""
    theirs = _by_part(theirs)
    parts = ((form[name], form[name].data or "", theirs.get(name) or "") for name in _parts(form))
    return [
        (field, _said(field, mine) or mine, said)
        for field, mine, other in parts
        if other not in {"", mine} and (said := _said(field, other))
    ]


def _said(part: Field, value: str) -> str:
    """As the form says it; nothing for a choice that is not offered."""
    if part.type == "SelectField":
        return str(dict(part.choices).get(value, ""))
    field = reference().field_by_code.get(value) if part.name == "field" else None
    return local(field, "name") if field else value
