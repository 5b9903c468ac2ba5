"""Where in a text a rule saw something: to be marked for the moderator, counted, or masked."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Span:
    """`source[start:end]` is what the rule means. Spans of one `group` are one occurrence."""

    rule: str
    kind: str
    start: int
    end: int
    group: int = -1


def apart(spans: Iterable[Span]) -> list[Span]:
    """In order and without overlaps: of two that overlap the one named first stays."""
    kept: list[Span] = []
    for span in spans:
        if all(span.end <= other.start or other.end <= span.start for other in kept):
            kept.append(span)
    return sorted(kept, key=lambda span: span.start)


def count(spans: Iterable[Span]) -> dict[str, int]:
    """Occurrences by kind."""
    groups = {(span.kind, span.group if span.group >= 0 else span.start) for span in spans}
    return dict(Counter(kind for kind, _ in sorted(groups, key=lambda each: each[1])))


def mask(source: str, spans: Iterable[Span], words: Mapping[str, str]) -> str:
    """The text with the words for its kind in place of each span."""
    for span in sorted(spans, key=lambda span: -span.start):
        source = source[: span.start] + words[span.kind] + source[span.end :]
    return source
