"""The tables of the desk."""

from portal.moderation.models.cases import KINDS, NOT_DONE, STATES, Case, Deadline, Move, Note, Reason
from portal.moderation.models.decisions import (
    HEAVY,
    OUTCOMES,
    REASONS,
    STANDS,
    Appeal,
    Decision,
    MergeMove,
    Proposal,
    Trust,
)
from portal.moderation.models.settings import RULE_STATES, ReplyTemplate, RuleWeek, TriageRule

__all__ = [
    "HEAVY",
    "KINDS",
    "NOT_DONE",
    "OUTCOMES",
    "REASONS",
    "RULE_STATES",
    "STANDS",
    "STATES",
    "Appeal",
    "Case",
    "Deadline",
    "Decision",
    "MergeMove",
    "Move",
    "Note",
    "Proposal",
    "Reason",
    "ReplyTemplate",
    "RuleWeek",
    "TriageRule",
    "Trust",
]
