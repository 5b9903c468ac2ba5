"""Facts: what happened, in the past tense, as ids. Each room declares its own in its events.py."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any, ClassVar


@dataclass(frozen=True)
class Event:
    """Base of all facts. A subclass holds ids and plain values only: no text of a person ever rides in a fact."""

    registry: ClassVar[dict[str, type[Event]]] = {}

    def __init_subclass__(cls) -> None:
        Event.registry[cls.__name__] = cls

    def payload(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def load(cls, name: str, payload: dict[str, Any]) -> Event:
        return cls.registry[name](**payload)
