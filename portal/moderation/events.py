"""Facts of moderation."""

from dataclasses import dataclass

from portal.outbox.events import Event


@dataclass(frozen=True)
class CaseDecided(Event):
    decision_id: int


@dataclass(frozen=True)
class DecisionUndone(Event):
    decision_id: int
