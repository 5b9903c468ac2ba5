"""A model as a file: JSON with its version, its threshold and the figures of its training. Data, never a pickle."""

from __future__ import annotations

import json
from array import array
from collections.abc import Sequence
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path
from typing import Any

from portal.moderation.triage.evaluating import Figures
from portal.moderation.triage.learned import FORMAT, SIZE, SMALL, Model


def path(var_dir: Path) -> Path:
    return var_dir / "triage" / "model.json"


def as_dict(figures: Figures) -> dict[str, Any]:
    return asdict(figures)


def save(model: Model, figures: Figures, about: dict[str, Any], var_dir: Path) -> Path:
    """Put the model in place of the one before, whole or not at all."""
    body = {
        "format": FORMAT,
        "size": SIZE,
        "labels": model.labels,
        "clean": model.clean,
        "threshold": round(model.threshold, 6),
        "about": {**about, "figures": as_dict(figures)},
        "bias": [round(each, 6) for each in model.bias],
        "weights": [_sparse(weights) for weights in model.weights],
    }
    file = path(var_dir)
    file.parent.mkdir(parents=True, exist_ok=True)
    fresh = file.with_suffix(".new")
    fresh.write_text(json.dumps(body, ensure_ascii=False), encoding="utf-8")
    fresh.replace(file)
    return file


def load(var_dir: Path) -> Model | None:
    """The kept model; None if there is none or it is of another format. Read anew when the file changes."""
    file = path(var_dir)
    return _load(file, file.stat().st_mtime_ns) if file.exists() else None


@lru_cache(maxsize=1)
def _load(file: Path, _changed: int) -> Model | None:
    body = json.loads(file.read_text(encoding="utf-8"))
    if (body["format"], body["size"]) != (FORMAT, SIZE):
        return None
    weights: list[Sequence[float]] = [_dense(pairs) for pairs in body["weights"]]
    return Model(body["labels"], body["clean"], weights, body["bias"], body["threshold"], body["about"])


def _sparse(weights: Any) -> list[list[float]]:
    return [[at, round(weight, 4)] for at, weight in enumerate(weights) if abs(weight) >= SMALL]


def _dense(pairs: list[list[float]]) -> array[float]:
    weights = array("d", bytes(8 * SIZE))
    for at, weight in pairs:
        weights[int(at)] = weight
    return weights
