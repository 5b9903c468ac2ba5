"""Notices: written with the fact that causes them, read, forgotten."""

from __future__ import annotations

from portal.notices.services.coauthors import tell_of_co_author, tell_of_invitation, tell_of_request, tell_of_yes
from portal.notices.services.decisions import (
    take_back_decision,
    tell_of_decision,
    tell_of_file,
    tell_of_hiding,
    tell_of_mask,
    tell_of_move,
    tell_of_voice,
    tell_voters,
)
from portal.notices.services.desk import tell_of_note, tell_of_passing
from portal.notices.services.news import (
    tell_followers,
    tell_of_calls,
    tell_of_comment,
    tell_of_goal,
    tell_of_matches,
    tell_of_step,
)
from portal.notices.services.reading import done, forget_member, mark_read, mute, sweep
from portal.notices.services.reports import tell_of_erasure, tell_reporters, untell_reporters
from portal.notices.services.telling import tell

__all__ = [
    "done",
    "forget_member",
    "mark_read",
    "mute",
    "sweep",
    "take_back_decision",
    "tell",
    "tell_followers",
    "tell_of_calls",
    "tell_of_co_author",
    "tell_of_comment",
    "tell_of_decision",
    "tell_of_erasure",
    "tell_of_file",
    "tell_of_goal",
    "tell_of_hiding",
    "tell_of_invitation",
    "tell_of_mask",
    "tell_of_matches",
    "tell_of_move",
    "tell_of_note",
    "tell_of_passing",
    "tell_of_request",
    "tell_of_step",
    "tell_of_voice",
    "tell_of_yes",
    "tell_reporters",
    "tell_voters",
    "untell_reporters",
]
