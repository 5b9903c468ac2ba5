"""Facts of votes."""

from dataclasses import dataclass

from portal.outbox.events import Event


@dataclass(frozen=True)
class SupportReached(Event):
    idea_id: int
