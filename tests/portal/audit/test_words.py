"""The log speaks in words: every act and every kind of thing that the code records has a line in `portal.audit.words`."""

import ast
from functools import cache
from pathlib import Path

from portal.audit.words import ACTIONS, KINDS

ROOT = Path(__file__).parents[3]


@cache
def calls() -> list[ast.Call]:
    """Every call of `audit.record`."""
    files = (file for room in ("portal", "worker") for file in (ROOT / room).rglob("*.py"))
    nodes = (node for file in files for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))))
    return [node for node in nodes if isinstance(node, ast.Call) and ast.unparse(node.func) == "audit.record"]


def recorded(position: int) -> set[str]:
    """The literal words at `position` of those calls."""
    given = [call.args[position] for call in calls() if len(call.args) > position]
    return {argument.value for argument in given if isinstance(argument, ast.Constant)}


def test_every_act_has_words():
    assert len(recorded(1)) > 30
    assert recorded(1) <= set(ACTIONS)


def test_every_kind_has_words():
    assert len(recorded(2)) > 8
    assert recorded(2) <= set(KINDS)
