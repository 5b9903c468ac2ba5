"""Facts of comments."""

from dataclasses import dataclass

from portal.outbox.events import Event


@dataclass(frozen=True)
class CommentPosted(Event):
    comment_id: int


@dataclass(frozen=True)
class ContentReported(Event):
    report_id: int


@dataclass(frozen=True)
class CommentEdited(Event):
    comment_id: int


@dataclass(frozen=True)
class CommentWithdrawn(Event):
    comment_id: int
