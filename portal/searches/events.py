"""Facts of saved searches."""

from dataclasses import dataclass

from portal.outbox.events import Event


@dataclass(frozen=True)
class SearchMatched(Event):
    """Ideas have come into what a saved search finds since somebody last looked."""

    search_id: int
    idea_ids: list[int]
