"""What a visitor wanted to do before signing in, kept until somebody does on that browser."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, update

from portal.accounts.models import PendingAction, SignInAttempt
from portal.database import db, insert_ignore

HOLD_FOR = timedelta(days=7)


def hold(visitor: str, kind: str, target_id: int, now: datetime, *, body: str = "", parent_id: int = 0) -> None:
    """Keep an intent for seven days. A second click changes nothing; of words the newest count."""
    values = {"visitor": visitor, "kind": kind, "target_id": target_id, "parent_id": parent_id}
    if body:
        db.session.execute(delete(PendingAction).filter_by(**values))
    values |= {"body": body, "created_at": now, "expires_at": now + HOLD_FOR}
    db.session.execute(insert_ignore(PendingAction.__table__).values(**values))


def release(visitor: str, now: datetime, action_id: int | None = None) -> list[PendingAction]:
    """Take everything held for a visitor, or that one action; of two callers at once one gets each."""
    theirs = delete(PendingAction).where(PendingAction.visitor == visitor)
    if action_id is not None:
        theirs = theirs.where(PendingAction.id == action_id)
    taken = db.session.scalars(theirs.returning(PendingAction)).all()
    return sorted((action for action in taken if action.expires_at > now), key=lambda action: action.id)


def reword(visitor: str, action_id: int, body: str) -> None:
    """Other words for what is held."""
    mine = update(PendingAction).where(PendingAction.visitor == visitor, PendingAction.id == action_id)
    db.session.execute(mine.values(body=body).execution_options(synchronize_session=False))


def disown(email: str | None, here: str | None) -> None:
    """The owner of the address has said who began on other browsers than this one: they are not asked again."""
    theirs = (SignInAttempt.email == email, SignInAttempt.visitor != (here or ""))
    db.session.execute(update(SignInAttempt).where(*theirs).values(visitor=None))
