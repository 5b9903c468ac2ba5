"""What changed between two texts, word by word."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from rapidfuzz.distance import Indel

_WORD = re.compile(r"\s*\S+|\s+$")


class Piece(NamedTuple):
    """A run of text that both have ('same'), or only one of them ('gone', 'new')."""

    kind: str
    text: str


def words(old: str, new: str) -> list[Piece]:
    """The new text with what is gone left in, in as few changes of words as there can be."""
    before, after = _WORD.findall(old), _WORD.findall(new)
    pieces: list[Piece] = []
    for step in Indel.opcodes(before, after):
        if step.tag == "delete":  # what went stands before what came in its place
            place = len(pieces) - 1 if pieces and pieces[-1].kind == "new" else len(pieces)
            pieces.insert(place, Piece("gone", "".join(before[step.src_start : step.src_end])))
        else:
            pieces.append(
                Piece("new" if step.tag == "insert" else "same", "".join(after[step.dest_start : step.dest_end]))
            )
    return pieces


def passages(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, list[Piece]]:
    """By name, the passages that differ, in the order of the new ones."""
    pairs = {name: (old.get(name) or "", text or "") for name, text in new.items()}
    return {name: words(one, two) for name, (one, two) in pairs.items() if one != two}
