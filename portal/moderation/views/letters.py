"""The letters a decision begins with: by outcome and reason, in the author's language."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import force_locale
from flask_login import current_user

from portal.accounts import policy
from portal.ideas import search
from portal.moderation import queries, replies, words
from portal.moderation.models import Case

_WITH_A_LETTER = {
    **dict.fromkeys(("comment", "report", "edit"), ("reject",)),
    "appeal": ("approve", "reject"),
    "withdrawal": (),
    "merge": (),
}
"""Decisions that are written with words to the author, where that is not to ask for changes or to refuse."""
MERGED = ("idea", "merge")
"""Kinds of cases whose idea may go up in another."""


def with_a_letter(kind: str) -> tuple[str, ...]:
    """Outcomes of this kind of case that are told to the author in words."""
    return _WITH_A_LETTER.get(kind, ("return", "reject"))


def drafts(opened: Case, twins: Sequence[search.Twin]) -> dict[str, dict[str, str]]:
    """By outcome and reason, the letter a dialog writes when a reason is chosen."""
    if opened.kind == "appeal":
        return {}
    outcomes = with_a_letter(opened.kind)
    own = queries.own_templates(opened.writer.language)
    return {
        outcome: {reason: draft(opened, outcome, reason, twins, own) for reason in replies.REASON_LABELS}
        for outcome in outcomes
    }


def draft(opened: Case, outcome: str, reason: str, twins: Sequence[search.Twin], own: queries.Own) -> str:
    """The letter for a reason, in the author's language; a note for the log if nobody is to be written to.

    It names an idea like theirs only if they may read it.
    """
    if opened.kind == "comment":
        return words.note(reason)
    with force_locale(opened.writer.language):
        if opened.kind == "appeal":
            return words.answer(opened, outcome)
        return words.letter(opened, outcome, reason, next((twin.title for twin in queries.public(twins)), None), own)


def similar(opened: Case) -> Sequence[search.Twin]:
    """Ideas like this one that the moderator may know of."""
    return queries.similar(opened.idea, policy.units_of(current_user.member, "moderate"))
