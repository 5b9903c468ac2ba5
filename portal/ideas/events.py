"""Facts of ideas."""

from dataclasses import dataclass

from portal.outbox.events import Event


@dataclass(frozen=True)
class IdeaSubmitted(Event):
    """A version waits for a moderator: a new idea, or one its author has changed."""

    idea_id: int
    version: int


@dataclass(frozen=True)
class IdeaWithdrawn(Event):
    idea_id: int


@dataclass(frozen=True)
class EditProposed(Event):
    """The author of a published idea would have it say something else; written anew, it has another `number`."""

    edit_id: int
    number: int


@dataclass(frozen=True)
class EditTakenBack(Event):
    edit_id: int


@dataclass(frozen=True)
class CoAuthorInvited(Event):
    invitation_id: int


@dataclass(frozen=True)
class CoAuthorAsked(Event):
    """Somebody would like to stand under a public idea."""

    request_id: int


@dataclass(frozen=True)
class CoAuthorAdmitted(Event):
    """And its author said yes."""

    idea_id: int
    member_id: int


@dataclass(frozen=True)
class CoAuthorJoined(Event):
    idea_id: int
    member_id: int


@dataclass(frozen=True)
class IdeaAdvanced(Event):
    """A published idea has gone a step along its journey; the entry of its timeline says which."""

    idea_id: int
    event_id: int
