"""What changed between two texts, word by word, for those who have read the first."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

_WORDS = re.compile(r"\s*\S+\s*")
LONGEST = 4000
"""Words; beyond that a comparison would take seconds, and the two texts stand one after the other."""


@dataclass(frozen=True)
class Piece:
    """A run of words that stayed ('same'), went ('del') or came ('ins')."""

    change: str
    text: str


def words(old: str, new: str) -> list[Piece]:
    """The two texts woven into one."""
    one, two = _WORDS.findall(old), _WORDS.findall(new)
    if len(one) + len(two) > LONGEST:
        return [Piece("del", old), Piece("ins", new)]
    pieces = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
        if tag == "equal":
            pieces.append(Piece("same", "".join(one[i1:i2])))
            continue
        pieces += [Piece("del", "".join(one[i1:i2]))] if i2 > i1 else []
        pieces += [Piece("ins", "".join(two[j1:j2]))] if j2 > j1 else []
    return pieces


def passages(old: Mapping[str, Any], new: Mapping[str, Any], names: tuple[str, ...]) -> dict[str, list[Piece]]:
    """By name, the passages that differ."""
    pairs = {name: (old.get(name) or "", new.get(name) or "") for name in names}
    return {name: words(one, two) for name, (one, two) in pairs.items() if one != two}
