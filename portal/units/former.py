"""Provinces as they were before 1 July 2025: what old ideas name, and the province of today that holds them."""

from __future__ import annotations

import csv
from functools import lru_cache
from importlib.resources import files

from portal.text import fold


@lru_cache(maxsize=1)
def former_provinces() -> dict[str, tuple[str, str]]:
    """By folded name: the name, and the code of today's province. The name is empty for another spelling of today's."""
    with (files("portal") / "data" / "provinces_34.csv").open(encoding="utf-8") as lines:
        rows = list(csv.DictReader(lines))
    pairs = [(name.strip(), row) for row in rows for name in row["merged_from"].split("+")]
    return {
        fold(name): ("" if fold(row["name_vi"]) in fold(name) else name, row["code"])
        for name, row in pairs
        if fold(name) != fold(row["name_vi"])
    }
