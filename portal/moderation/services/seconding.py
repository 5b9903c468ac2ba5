"""To refuse a child's idea takes two: the first proposes, and a second looks at it with fresh eyes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from portal.accounts.models import Member
from portal.audit import services as audit
from portal.database import db
from portal.discussion.services import is_minor
from portal.ideas.models import Idea
from portal.moderation.models import Case, Proposal


def needs_second(case: Case, outcome: str, moderator: Member, now: datetime) -> bool:
    """Whether this decision is only a proposal until somebody else says the same."""
    if case.kind != "idea" or outcome != "reject":
        return False
    author = db.session.scalar(select(Member).join(Idea, Idea.author_id == Member.id).where(Idea.id == case.idea_id))
    if author is None or not is_minor(author, now.date()):
        return False
    said = (Proposal.case_id == case.id, Proposal.idea_version == case.idea_version)
    other = select(Proposal.id).where(*said, Proposal.moderator_id != moderator.id).limit(1)
    return db.session.scalar(other) is None


def propose(case: Case, moderator: Member, reason: str, advice: str, now: datetime) -> None:
    """The case stays open, for anybody but the one who proposes."""
    db.session.add(
        Proposal(
            case_id=case.id,
            idea_version=case.idea_version,
            moderator_id=moderator.id,
            reason=reason,
            advice=advice,
            at=now,
        )
    )
    case.state, case.barred_id = "open", moderator.id
    audit.record(moderator.id, "case.propose", "case", case.id, {"idea": case.idea_id, "reason": reason})
    db.session.flush()
