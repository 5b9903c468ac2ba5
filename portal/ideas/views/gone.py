"""What is told of an idea that was removed: the kind of reason, and nothing of its words."""

from __future__ import annotations

from flask_babel import gettext

from portal.errors import N_, Refusal
from portal.moderation import queries as moderation
from portal.moderation.replies import REASON_LABELS


def gone(idea_id: int) -> Refusal:
    if reason := moderation.why_removed(idea_id):
        return Refusal(
            N_("Ý tưởng này đã được gỡ. Lý do: %(reason)s."), status=410, reason=gettext(REASON_LABELS[reason])
        )
    return Refusal(N_("Nội dung này đã được gỡ."), status=410)
