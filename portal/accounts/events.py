"""Facts of accounts."""

from dataclasses import dataclass

from portal.outbox.events import Event


@dataclass(frozen=True)
class CodeRequested(Event):
    attempt_id: int


@dataclass(frozen=True)
class MemberRegistered(Event):
    member_id: int
