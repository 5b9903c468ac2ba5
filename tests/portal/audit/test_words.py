"""The log speaks in words: every act and every kind of thing that the code records has a line in `portal.audit.words`."""

import ast
from pathlib import Path

from portal.audit.words import ACTIONS, KINDS


def recorded(position: int) -> set[str]:
    """The literal words at `position` of every call of `audit.record`."""
    return {
        call.args[position].value
        for root in ("portal", "worker")
        for file in Path(root).rglob("*.py")
        for call in ast.walk(ast.parse(file.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call)
        and ast.unparse(call.func) == "audit.record"
        and len(call.args) > position
        and isinstance(call.args[position], ast.Constant)
    }


def test_every_act_has_words():
    assert len(recorded(1)) > 30
    assert recorded(1) <= set(ACTIONS)


def test_every_kind_has_words():
    assert len(recorded(2)) > 8
    assert recorded(2) <= set(KINDS)
