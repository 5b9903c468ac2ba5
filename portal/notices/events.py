"""Facts of notices."""

from dataclasses import dataclass

from portal.outbox.events import Event


@dataclass(frozen=True)
class FollowersPartlyTold(Event):
    """Some followers know of news; those with ids beyond `after` do not yet. Keeps every transaction short."""

    kind: str
    cause: str
    idea_id: int
    comment_id: int | None
    after: int
