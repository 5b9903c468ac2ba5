"""How an installation words the letters that its moderators begin with."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import delete

from portal.accounts import limits
from portal.accounts.models import Member
from portal.audit import services as audit
from portal.database import db, insert_ignore
from portal.errors import Conflict
from portal.moderation.models import ReplyTemplate
from portal.moderation.queries.templates import worded_at
from portal.moderation.rules import ADVICE, template_fault
from portal.rules import Invalid
from portal.versions import CHANGED


def word(
    outcome: str, reason: str, bodies: Mapping[str, str | None], by: Member, now: datetime, *, seen: str | None = None
) -> None:
    """Keep a letter by language; None goes back to what the portal brings.

    `seen` is when the letter was worded that the form was made from. Raises Invalid with every fault, and Conflict.
    """
    errors = {
        f"body_{name}": fault for name, body in bodies.items() if body is not None and (fault := template_fault(body))
    }
    if errors:
        raise Invalid(errors)
    limits.queue_for(f"letter {outcome} {reason}")
    if seen is not None and seen != worded_at(outcome, reason):
        raise Conflict(CHANGED)
    for language, body in bodies.items():
        where = {"outcome": outcome, "reason": reason, "language": language}
        db.session.execute(delete(ReplyTemplate).filter_by(**where))
        if body is not None:
            row = insert_ignore(ReplyTemplate).values(**where, body=ADVICE.clean(body), by_id=by.id, at=now)
            db.session.execute(row)
    audit.record(by.id, "reply.change", "reply", None, {"outcome": outcome, "reason": reason})
