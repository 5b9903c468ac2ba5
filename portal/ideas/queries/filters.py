"""What a list is narrowed to."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Filters:
    """What a list shows; filters combine, and none of them shows what is not public. A unit stands for all below it."""

    q: str = ""
    field_id: int | None = None
    unit_id: int | None = None
    campaign_id: int | None = None
    status: str | None = None
    language: str | None = None
