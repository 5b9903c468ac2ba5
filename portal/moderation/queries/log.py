"""The log of decisions, and what of it is about one member."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, select
from sqlalchemy.orm import joinedload

from portal.accounts.models import STAFF, Member, RoleGrant
from portal.database import db
from portal.moderation.models import Case, Decision
from portal.moderation.queries.cases import PAGE, Where, of_unit

Line = tuple[Decision, Case]
MOST_NAMED = 500


@dataclass(frozen=True)
class Asked:
    """Which decisions; None means all. `outcome` may also be "undone". `until` is not included."""

    handle: str | None = None
    outcome: str | None = None
    unit_id: int | None = None
    since: datetime | None = None
    until: datetime | None = None

    def where(self) -> list[ColumnElement[bool]]:
        asked: list[ColumnElement[bool]] = []
        if self.handle:
            who = select(Member.id).where(Member.handle == self.handle)
            asked.append(Decision.moderator_id == who.scalar_subquery())
        if self.outcome == "undone":
            asked.append(Decision.undone_at.is_not(None))
        elif self.outcome:
            asked.append(Decision.outcome == self.outcome)
        if self.unit_id:
            asked.append(of_unit(self.unit_id))
        if self.since:
            asked.append(Decision.decided_at >= self.since)
        if self.until:
            asked.append(Decision.decided_at < self.until)
        return asked


EVERYTHING = Asked()


def log(scope: Where, asked: Asked = EVERYTHING, after: int | None = None) -> tuple[Sequence[Line], int | None]:
    """Decisions, the latest first, each with its case and the case's idea; and where the list goes on."""
    rows = _lines(PAGE + 1).where(*scope, *asked.where())
    if after is not None:
        rows = rows.where(Decision.id < after)
    found = [(decision, its) for decision, its in db.session.execute(rows)]
    return found[:PAGE], found[PAGE - 1][0].id if len(found) > PAGE else None


def lines_about(writer: ColumnElement[bool], scope: Where) -> Sequence[Line]:
    """The latest decisions about what somebody wrote."""
    return [(decision, its) for decision, its in db.session.execute(_lines(PAGE).where(writer, *scope))]


def _lines(limit: int) -> Select[Decision, Case]:
    return (
        select(Decision, Case)
        .join(Case, Case.id == Decision.case_id)
        .options(joinedload(Decision.moderator, innerjoin=True), joinedload(Case.idea, innerjoin=True))
        .order_by(Decision.id.desc())
        .limit(limit)
    )


def moderators(units: frozenset[int] | None) -> Sequence[tuple[str, str]]:
    """Handles and names of those who moderate, or once did, in these units; None for everywhere."""
    staff = select(RoleGrant.member_id).where(RoleGrant.role.in_(STAFF))
    if units is not None:
        staff = staff.where(RoleGrant.unit_id.in_(units))
    named = select(Member.handle, Member.display_name).where(Member.id.in_(staff))
    return [
        (row.handle, row.display_name)
        for row in db.session.execute(named.order_by(Member.display_name).limit(MOST_NAMED))
    ]
