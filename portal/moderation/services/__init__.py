"""Everything that changes the queue: cases are opened and triaged, held by one moderator, decided, and undone."""

from portal.moderation.services.claiming import claim, claim_next, release
from portal.moderation.services.deciding import Correction, decide, restore, undo
from portal.moderation.services.merging import answer as answer_move
from portal.moderation.services.opening import Deadlines, close_case, open_case, screen_again, screen_comment
from portal.moderation.services.passing import pass_on
from portal.moderation.services.reporting import open_report_case
from portal.moderation.services.scoping import known_to, may_have
from portal.moderation.services.talking import add_note
from portal.moderation.services.triaging import AHEAD, keep, triage, untriaged

__all__ = [
    "AHEAD",
    "Correction",
    "Deadlines",
    "add_note",
    "answer_move",
    "claim",
    "claim_next",
    "close_case",
    "decide",
    "keep",
    "known_to",
    "may_have",
    "open_case",
    "open_report_case",
    "pass_on",
    "release",
    "restore",
    "screen_again",
    "screen_comment",
    "triage",
    "undo",
    "untriaged",
]
