"""Facts of accounts."""

from dataclasses import dataclass

from portal.outbox.events import Event


@dataclass(frozen=True)
class CodeRequested(Event):
    attempt_id: int


@dataclass(frozen=True)
class AddressChangeRequested(Event):
    attempt_id: int


@dataclass(frozen=True)
class PhoneCodeRequested(Event):
    phone_id: int


@dataclass(frozen=True)
class SecurityChanged(Event):
    """How somebody signs in has changed, or they did so on a device nobody knows."""

    event_id: int


@dataclass(frozen=True)
class MemberRegistered(Event):
    member_id: int


@dataclass(frozen=True)
class GuardianAsked(Event):
    """`letter` numbers the letters about one child, so that each is written once."""

    guardianship_id: int
    letter: int
    reminder: bool


@dataclass(frozen=True)
class GuardianAnswered(Event):
    """Yes, no, or a change of it; `letter` as above."""

    guardianship_id: int
    letter: int


@dataclass(frozen=True)
class ConsentOutgrown(Event):
    """The words of these `purposes` (space-separated) allow more now: the guardian's yes ended. `letter` as above."""

    guardianship_id: int
    letter: int
    purposes: str


@dataclass(frozen=True)
class ConsentChanged(Event):
    """What may be done with a child's writing has changed; each room looks at the member and follows."""

    member_id: int


@dataclass(frozen=True)
class MemberErased(Event):
    """The member's row is a number without a person. Each room forgets its part.

    `keep_ideas`: the author agreed that published texts stay, without a name.
    """

    member_id: int
    keep_ideas: bool


@dataclass(frozen=True)
class RoleGranted(Event):
    grant_id: int


@dataclass(frozen=True)
class RoleRevoked(Event):
    grant_id: int


@dataclass(frozen=True)
class MemberSuspended(Event):
    suspension_id: int


@dataclass(frozen=True)
class SuspensionLifted(Event):
    suspension_id: int


@dataclass(frozen=True)
class ErasureAsked(Event):
    erasure_id: int


@dataclass(frozen=True)
class ErasureDone(Event):
    erasure_id: int


@dataclass(frozen=True)
class CopyRequested(Event):
    copy_id: int


@dataclass(frozen=True)
class CopyReady(Event):
    copy_id: int
