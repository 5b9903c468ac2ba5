"""Where the provinces of today stand on a map of equal tiles: columns from the west, rows from the north."""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib.resources import files


@lru_cache(maxsize=1)
def tiles() -> dict[str, tuple[int, int]]:
    """Column and row by the province's code."""
    with (files("portal") / "data" / "province_tiles.csv").open(encoding="utf-8") as lines:
        return {row["code"]: (int(row["x"]), int(row["y"])) for row in csv.DictReader(lines)}
