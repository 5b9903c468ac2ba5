"""A score learned from decisions: hashed n-grams of letters and words, multinomial logistic regression, pure Python.

The hashing trick after Weinberger et al. (2009), steps after Duchi et al. (AdaGrad, 2011). No random number is drawn and
rows come in the order of their hashes, so the same rows give the same model. It orders the queue and says why; it
never decides.
"""

from __future__ import annotations

import math
import unicodedata
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any
from zlib import crc32

from portal import text

FORMAT = 1
SIZE = 1 << 16  # places for features; a power of two
EPOCHS, RATE, SHRINK = 2, 0.05, 1e-5
SMALL = 0.02  # a weight nearer to 0 is not kept
Features = list[tuple[int, float]]
Row = tuple[str, str]
"""A text and its label."""


def grams(source: str) -> Counter[str]:
    """What is counted: words, pairs of words, and runs of two to four letters within ' a word '; with and without accents."""
    source = unicodedata.normalize("NFC", source).lower()
    found: Counter[str] = Counter()
    for words in (source.split(), text.fold(source).split()):
        found.update(words)
        found.update(f"{one} {two}" for one, two in pairwise(words))
        for word in words:
            padded = f" {word[:30]} "
            found.update(padded[at : at + n] for n in (2, 3, 4) for at in range(len(padded) - n + 1))
    return found


def features(source: str) -> Features:
    """Places and values, the values of one text 1 long together."""
    places: Counter[int] = Counter()
    for gram, count in grams(source).items():
        places[place(gram)] += count
    values = {at: 1 + math.log(count) for at, count in places.items()}
    length = math.sqrt(sum(value * value for value in values.values())) or 1.0
    return [(at, value / length) for at, value in values.items()]


def place(gram: str) -> int:
    return crc32(gram.encode()) & (SIZE - 1)


@dataclass
class Model:
    """Weights by label; `clean` is the label of texts that pass. `threshold` lets 95 % of clean texts pass."""

    labels: list[str]
    clean: str
    weights: list[Sequence[float]]
    bias: list[float]
    threshold: float = 0.5
    about: dict[str, Any] = field(default_factory=dict)

    def shares(self, source: str) -> list[float]:
        """How likely each label is, by the model; they add up to 1."""
        return _softmax(_scores(self.weights, self.bias, features(source)))

    def score(self, source: str) -> float:
        """How likely it is that a person would not let the text pass as it is: 0 to 1."""
        return 1 - self.shares(source)[self.labels.index(self.clean)]

    def explain(self, source: str, most: int = 3) -> list[tuple[str, float]]:
        """The words that raise the score most, and by how much."""
        clean = self.labels.index(self.clean)
        others = [at for at in range(len(self.labels)) if at != clean]
        values, found = dict(features(source)), []
        for gram in grams(source):
            at = place(gram)
            rise = max(self.weights[k][at] for k in others) - self.weights[clean][at]
            if gram == gram.strip() and len(gram) > 2 and rise > 0:
                found.append((gram, rise * values[at]))
        told: list[tuple[str, float]] = []
        for gram, rise in sorted(found, key=lambda each: (-each[1], each[0])):
            if len(told) < most and not any(gram in one or one in gram for one, _ in told):
                told.append((gram, round(rise, 2)))
        return told


def train(rows: Iterable[Row], clean: str, tick: Callable[[int, int], None] = lambda _done, _all: None) -> Model:
    """Learn from labelled texts. Each label weighs the same, however rare. `tick` hears of progress."""
    data = [
        (features(source), label) for source, label in sorted(set(rows), key=lambda row: (crc32(row[0].encode()), row))
    ]
    counts = Counter(label for _, label in data)
    labels = [clean, *sorted(label for label in counts if label != clean)]
    if len(labels) < 2 or not counts[clean]:
        raise ValueError(f"Texts of at least two labels are needed, one of them '{clean}'; there are: {dict(counts)}.")
    model = Model(labels, clean, [array("d", bytes(8 * SIZE)) for _ in labels], [0.0] * len(labels))
    past = [array("d", [1e-6]) * SIZE for _ in labels]
    for epoch in range(EPOCHS):
        for done, (row, label) in enumerate(data):
            weight = len(data) / (len(labels) * counts[label])
            _step(model, past, row, labels.index(label), weight)
            if done % 500 == 0:
                tick(epoch * len(data) + done, EPOCHS * len(data))
    return model


def _step(model: Model, past: list[Any], row: Features, right: int, weight: float) -> None:
    for k, share in enumerate(_softmax(_scores(model.weights, model.bias, row))):
        error = weight * (share - (k == right))
        if abs(error) < 1e-3:
            continue
        weights: Any = model.weights[k]
        squares = past[k]
        for at, value in row:
            slope = error * value + SHRINK * weights[at]
            squares[at] += slope * slope
            weights[at] -= RATE * slope / math.sqrt(squares[at])
        model.bias[k] -= 0.01 * error


def _scores(weights: Sequence[Sequence[float]], bias: Sequence[float], row: Features) -> list[float]:
    return [start + sum(w[at] * value for at, value in row) for w, start in zip(weights, bias, strict=True)]


def _softmax(scores: Sequence[float]) -> list[float]:
    top = max(scores)
    powers = [math.exp(score - top) for score in scores]
    return [power / sum(powers) for power in powers]
