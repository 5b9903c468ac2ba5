"""One moderator at a time: a claim is a lease that lapses by itself, so nobody's closed window blocks a case."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, ScalarSelect, func, literal, or_, select, update

from portal.accounts.models import Member
from portal.database import UtcDateTime, db
from portal.moderation.models import Case
from portal.moderation.services.refusals import why_not
from portal.moderation.services.scoping import may_have

FIRST_REFUSAL = timedelta(days=1)


def claim(case_id: int, moderator: Member, ttl: int, now: datetime) -> Case:
    """Hold a case, or hold it longer. Raises Conflict naming the holder, Missing, or Refusal for one's own text."""
    asked = (Case.id == case_id, Case.state == "open", free_for(moderator, now), *may_have(moderator))
    held = _hold(moderator, ttl, now, *asked)
    if held is None:
        raise why_not(case_id, moderator, now)
    return held


def claim_next(moderator: Member, ttl: int, now: datetime, *which: ColumnElement[bool]) -> Case | None:
    """Claim the most urgent case that nobody holds and that meets `which`; None if there is none.

    Two moderators who ask at once get two cases.

    A child's safety goes before everything and waits for nobody. Then comes what one has sent back before: its author
    need not explain it twice. Others leave that to them for a day.
    """
    theirs = (*may_have(moderator), *which)

    def first(those: ColumnElement[bool]) -> ScalarSelect[int]:
        waiting = select(Case.id).where(Case.state == "open", those, _free(now), *theirs)
        in_order = waiting.order_by(Case.urgent, Case.queue_at, Case.id).limit(1)
        return in_order.with_for_update(skip_locked=True).scalar_subquery()

    others = or_(Case.preferred_id.is_(None), Case.created_at <= now - FIRST_REFUSAL)
    in_turn = (first(Case.urgent == 0), first(Case.preferred_id == moderator.id), first(others))
    return _hold(moderator, ttl, now, Case.id == func.coalesce(*in_turn))


def _hold(moderator: Member, ttl: int, now: datetime, *which: ColumnElement[bool]) -> Case | None:
    """One guarded UPDATE; None if it found no row."""
    return db.session.scalar(
        update(Case)
        .where(*which)
        .values(
            claimed_by_id=moderator.id,
            claimed_until=now + timedelta(seconds=ttl),
            first_seen_at=func.coalesce(Case.first_seen_at, literal(now, UtcDateTime)),
        )
        .returning(Case)
        .execution_options(synchronize_session=False, populate_existing=True)
    )


def release(case_id: int, moderator: Member, until: datetime | None = None) -> None:
    """Let go of a case; of one that is not held there is nothing to let go.

    `until` names the lease that is meant: a page that says goodbye late must not end the lease of the next one.
    """
    mine = update(Case).where(Case.id == case_id, Case.claimed_by_id == moderator.id)
    if until is not None:
        mine = mine.where(Case.claimed_until == until)
    db.session.execute(mine.values(claimed_by_id=None, claimed_until=None).execution_options(synchronize_session=False))


def free_for(moderator: Member, now: datetime) -> ColumnElement[bool]:
    """Held by nobody, by this moderator, or by somebody whose time is over."""
    return or_(Case.claimed_by_id.is_(None), Case.claimed_by_id == moderator.id, Case.claimed_until <= now)


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(Case.claimed_until.is_(None), Case.claimed_until <= now)
