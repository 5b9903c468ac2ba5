"""Facts of notices."""

from dataclasses import dataclass

from portal.outbox.events import Event


@dataclass(frozen=True)
class FollowersPartlyTold(Event):
    """Some followers know of a comment; those with ids beyond `after` do not yet. Keeps every transaction short."""

    comment_id: int
    after: int
