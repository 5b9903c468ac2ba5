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


@dataclass(frozen=True)
class VotersPartlyTold(Event):
    """Some of those whose support a merge has moved know of it; those with ids beyond `after` do not yet."""

    decision_id: int
    after: int
