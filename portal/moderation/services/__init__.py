"""Everything that changes the queue: cases are opened and triaged, held by one moderator, decided, and undone."""

from portal.ideas.services import Correction
from portal.moderation.services.appealing import appeal
from portal.moderation.services.claiming import claim, claim_next, release
from portal.moderation.services.deadlines import Deadlines, keep_deadlines, oldest_due
from portal.moderation.services.deciding import decide, restore, undo
from portal.moderation.services.editing import close_edit_case, open_edit_case
from portal.moderation.services.joining import open_merge_case
from portal.moderation.services.masking import mask, take_off_file
from portal.moderation.services.merging import answer as answer_move
from portal.moderation.services.opening import close_case, open_case, screen_again, screen_comment
from portal.moderation.services.passing import pass_on
from portal.moderation.services.reporting import open_report_case
from portal.moderation.services.ruling import publish_week, set_rule, week_is_due
from portal.moderation.services.scoping import kept_from, knew_of, known_to, may_have, may_talk
from portal.moderation.services.seconding import SILENCES, Heavier, give_voice
from portal.moderation.services.talking import add_note, called
from portal.moderation.services.triaging import AHEAD, keep, triage, untriaged
from portal.moderation.services.trusting import end_trust, trust
from portal.moderation.services.wording import word

__all__ = [
    "AHEAD",
    "SILENCES",
    "Correction",
    "Deadlines",
    "Heavier",
    "add_note",
    "answer_move",
    "appeal",
    "called",
    "claim",
    "claim_next",
    "close_case",
    "close_edit_case",
    "decide",
    "end_trust",
    "give_voice",
    "keep",
    "keep_deadlines",
    "kept_from",
    "knew_of",
    "known_to",
    "mask",
    "may_have",
    "may_talk",
    "oldest_due",
    "open_case",
    "open_edit_case",
    "open_merge_case",
    "open_report_case",
    "pass_on",
    "publish_week",
    "release",
    "restore",
    "screen_again",
    "screen_comment",
    "set_rule",
    "take_off_file",
    "triage",
    "trust",
    "undo",
    "untriaged",
    "week_is_due",
    "word",
]
