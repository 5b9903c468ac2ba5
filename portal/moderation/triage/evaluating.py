"""How good a learned score is on texts it has not seen: by class, and at the threshold that lets 95 % of clean texts pass."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from zlib import crc32

from portal import text
from portal.moderation.triage import learned
from portal.moderation.triage.learned import Model, Row

PASS = 0.95  # of clean texts


@dataclass(frozen=True)
class PerClass:
    """Of one label: precision and recall are shares of 1; `support` is how many texts bear it."""

    label: str
    precision: float
    recall: float
    f1: float
    support: int


@dataclass(frozen=True)
class Figures:
    """What an evaluation found. `passing`, `precision` and `recall` are those at the threshold."""

    classes: list[PerClass]
    macro_f1: float
    threshold: float
    passing: float
    precision: float
    recall: float
    texts: int


def split(rows: Iterable[Row]) -> tuple[list[Row], list[Row], list[Row]]:
    """Eight, one and one tenths, by the folded text: copies fall into one part, and the same file always splits alike."""
    parts: tuple[list[Row], list[Row], list[Row]] = ([], [], [])
    for source, label in rows:
        tenth = crc32(text.fold(source).encode()) % 10
        parts[0 if tenth < 8 else tenth - 7].append((source, label))
    return parts


def fit(rows: Iterable[Row], clean: str, tick: Callable[[int, int], None]) -> tuple[Model, Figures]:
    """Learn from eight tenths, choose the threshold on one, measure on the last. Raises ValueError on too few texts."""
    training, choosing, testing = split(rows)
    model = learned.train(training, clean, tick)
    model.threshold = threshold(model, choosing or training)
    return model, measure(model, testing or choosing or training)


def threshold(model: Model, rows: Sequence[Row]) -> float:
    """The score that 95 % of clean texts stay at or below."""
    scores = sorted(model.score(source) for source, label in rows if label == model.clean)
    return scores[min(len(scores) - 1, int(PASS * len(scores)))] if scores else 0.5


def measure(model: Model, rows: Sequence[Row]) -> Figures:
    """Figures of a model on labelled texts. A label the model does not know counts as one it never says."""
    said = [(model.shares(source), label) for source, label in rows]
    clean = model.labels.index(model.clean)
    told = Counter((model.labels[max(range(len(shares)), key=shares.__getitem__)], label) for shares, label in said)
    classes = [_per_class(told, label) for label in sorted({*model.labels, *(label for _, label in rows)})]
    held = Counter((1 - shares[clean] > model.threshold, label == model.clean) for shares, label in said)
    return Figures(
        classes,
        sum(each.f1 for each in classes) / len(classes),
        model.threshold,
        _share(held[False, True], held[False, True] + held[True, True]),
        _share(held[True, False], held[True, False] + held[True, True]),
        _share(held[True, False], held[True, False] + held[False, False]),
        len(rows),
    )


def _per_class(told: Counter[tuple[str, str]], label: str) -> PerClass:
    right = told[label, label]
    said = sum(count for (as_, _), count in told.items() if as_ == label)
    there = sum(count for (_, is_), count in told.items() if is_ == label)
    precision, recall = _share(right, said), _share(right, there)
    return PerClass(label, precision, recall, _share(2 * precision * recall, precision + recall), there)


def _share(part: float, whole: float) -> float:
    return part / whole if whole else 0.0
