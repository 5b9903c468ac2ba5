"""Facts of moderation."""

from dataclasses import dataclass

from portal.outbox.events import Event


@dataclass(frozen=True)
class CaseDecided(Event):
    decision_id: int


@dataclass(frozen=True)
class DecisionUndone(Event):
    decision_id: int


@dataclass(frozen=True)
class DangerReported(Event):
    """Somebody says that a person is in danger: whoever is on duty is written to at once."""

    case_id: int
    report_id: int
