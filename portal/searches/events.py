"""Facts of saved searches."""

from dataclasses import dataclass

from portal.outbox.events import Event


@dataclass(frozen=True)
class SearchMatched(Event):
    """Ideas that a saved search finds have been published since somebody last looked."""

    search_id: int
    idea_ids: list[int]
