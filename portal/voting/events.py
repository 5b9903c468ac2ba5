"""Facts of votes."""

from dataclasses import dataclass

from portal.outbox.events import Event


@dataclass(frozen=True)
class SupportReached(Event):
    idea_id: int
    goal: int = 0  # votes

    @property
    def cause(self) -> str:
        """Of what is told of it."""
        return f"goal:{self.idea_id}:{self.goal}"
