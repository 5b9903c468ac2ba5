"""Which letters a person was sent, for the copy of their data. Their words are not kept."""

from __future__ import annotations

from sqlalchemy import Executable, select

from portal.notifications.models import Letter, LetterPreference


def about(member_id: int) -> dict[str, Executable]:
    sent = (Letter.kind, Letter.state, Letter.created_at, Letter.sent_at)
    chosen = select(LetterPreference.category, LetterPreference.rhythm)
    return {
        "letter_choices": chosen.where(LetterPreference.member_id == member_id),
        "letters": select(*sent).where(Letter.recipient_id == member_id),
    }
