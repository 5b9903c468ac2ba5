"""Facts of moderation."""

from dataclasses import dataclass

from portal.outbox.events import Event


@dataclass(frozen=True)
class CaseDecided(Event):
    decision_id: int


@dataclass(frozen=True)
class DecisionUndone(Event):
    decision_id: int


@dataclass(frozen=True)
class DangerReported(Event):
    """Somebody says that a person is in danger: whoever is on duty is written to at once."""

    case_id: int
    report_id: int


@dataclass(frozen=True)
class ReportedIsGone(Event):
    """What was reported ("comment:9") is erased: its reporters are told, and nobody judges it."""

    subject: str


@dataclass(frozen=True)
class CaseOverdue(Event):
    case_id: int


@dataclass(frozen=True)
class CaseEscalated(Event):
    """Nobody decided in time: the case went to the unit above, for the `level`th time."""

    case_id: int
    level: int


@dataclass(frozen=True)
class CasePassed(Event):
    """A moderator sent a case up or to another unit: those who answer for it now are told."""

    case_id: int
    version: int


@dataclass(frozen=True)
class PersonalDataMasked(Event):
    """A moderator hid what gave somebody away; the text's writer hears of it."""

    case_id: int
    version: int


@dataclass(frozen=True)
class FileTakenOff(Event):
    """A moderator took a picture or a document off an idea; its author hears of it."""

    case_id: int
    file_id: int


@dataclass(frozen=True)
class SilenceLifted(Event):
    """Somebody may send again before their time was over (`until`, in seconds of the epoch); they are told."""

    member_id: int
    until: int


@dataclass(frozen=True)
class NoteLeft(Event):
    """A word among colleagues; whom it names is told."""

    note_id: int


@dataclass(frozen=True)
class AppealMade(Event):
    appeal_id: int
