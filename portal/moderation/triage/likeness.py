"""Whether an idea is another one again, by the same author, from the same unit, or one the public knows."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rapidfuzz import fuzz

from portal import text

ALIKE = 85  # per cent


@dataclass(frozen=True)
class Neighbour:
    """Another idea that may be this one; `whose` is a key of WHOSE."""

    idea_id: int
    title: str
    body: str
    whose: str = "other"


def nearest(title: str, body: str, neighbours: Iterable[Neighbour]) -> tuple[Neighbour, int] | None:
    """The most similar neighbour and its per cent, if it is similar enough to be the same idea."""
    mine = text.fold(title), text.fold(f"{title} {body}")
    best: tuple[Neighbour, int] | None = None
    for each in neighbours:
        score = alike(mine, each)
        if score >= ALIKE and (best is None or score > best[1]):
            best = each, score
    return best


def alike(mine: tuple[str, str], other: Neighbour) -> int:
    """Per cent: the titles or the whole texts, whichever are closer, without case, accents and tone places."""
    theirs = text.fold(other.title), text.fold(f"{other.title} {other.body}")
    return int(max(fuzz.ratio(one, another, score_cutoff=ALIKE) for one, another in zip(mine, theirs, strict=True)))
