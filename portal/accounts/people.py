"""What administrators ask about people. Each question is limited to the units they administer."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, func, or_, select, true
from sqlalchemy.orm import aliased, selectinload

from portal import text
from portal.accounts import terms
from portal.accounts.models import IS_OPEN, IS_VIEWING, Member, RoleGrant, SignInSession, Suspension, is_live
from portal.accounts.policy import units_of
from portal.database import db
from portal.units.queries import reference

PAGE = 20
SOON = timedelta(days=30)
STATES = ("active", "suspended")
GIVER, TAKER = aliased(Member), aliased(Member)


@dataclass(frozen=True)
class Asked:
    """What a page of people is asked for; empty means all."""

    text: str = ""
    role: str = ""
    unit_id: int | None = None
    status: str = ""


@dataclass(frozen=True)
class Person:
    """A member as a line of the list shows them."""

    member: Member
    last_seen: datetime | None
    suspended_until: datetime | None

    def is_child(self, now: datetime) -> bool:
        """Young enough for the address to be a guardian's: it is shown to nobody in a list."""
        return terms.needs_guardian(terms.known_birth(self.member), now.date())


@dataclass(frozen=True)
class Held:
    """A role with who holds it, who gave it and who took it away."""

    grant: RoleGrant
    member: Member
    giver: str | None
    taker: str | None


def page(actor: Member, asked: Asked, after: int | None, now: datetime) -> tuple[Sequence[Person], int | None]:
    """Newest accounts first; the id to go on from, if there are more."""
    query = _people().where(_scope(actor), _matches(asked, now)).order_by(Member.id.desc()).limit(PAGE + 1)
    if after:
        query = query.where(Member.id < after)
    found = [Person(*row) for row in db.session.execute(query.options(selectinload(Member.grants)))]
    return found[:PAGE], found[PAGE - 1].member.id if len(found) > PAGE else None


def count(actor: Member, asked: Asked, now: datetime) -> int:
    people = select(func.count()).select_from(Member)
    return db.session.scalar(people.where(_scope(actor), _matches(asked, now))) or 0


def one(actor: Member, member_id: int) -> Person | None:
    """A member whom the actor may know of: by their unit, or by a role they hold in one."""
    row = db.session.execute(
        _people().where(Member.id == member_id, _scope(actor)).options(selectinload(Member.grants))
    ).one_or_none()
    return Person(*row) if row else None


def grants_of(member_id: int) -> Sequence[Held]:
    """Every role somebody holds or held, newest first."""
    query = _held().where(RoleGrant.member_id == member_id).order_by(RoleGrant.id.desc())
    return [Held(*row) for row in db.session.execute(query)]


def suspensions_of(member_id: int) -> Sequence[Any]:
    """(suspension, who, who lifted it), newest first."""
    query = (
        select(Suspension, GIVER.display_name, TAKER.display_name)
        .join(GIVER, GIVER.id == Suspension.by_id)
        .outerjoin(TAKER, TAKER.id == Suspension.lifted_by_id)
        .where(Suspension.member_id == member_id)
        .order_by(Suspension.id.desc())
    )
    return db.session.execute(query).all()


def holders(
    actor: Member, role: str, unit_id: int | None, after: int | None, now: datetime
) -> tuple[Sequence[Held], int | None]:
    """Who holds what where at this moment, the newest grant first."""
    query = _held().where(is_live(now), _within(RoleGrant.unit_id, units_of(actor, "administer")))
    if role:
        query = query.where(RoleGrant.role == role)
    if unit_id:
        query = query.where(RoleGrant.unit_id.in_(reference().below(unit_id)))
    if after:
        query = query.where(RoleGrant.id < after)
    found = [Held(*row) for row in db.session.execute(query.order_by(RoleGrant.id.desc()).limit(PAGE + 1))]
    return found[:PAGE], found[PAGE - 1].grant.id if len(found) > PAGE else None


def numbers(actor: Member, now: datetime) -> dict[str, int]:
    """For the overview: how many accounts, how many of them suspended, how many hold a role."""
    inside = _scope(actor)
    row = db.session.execute(
        select(
            func.count(),
            func.count().filter(Member.status == "suspended"),
            func.count().filter(exists().where(RoleGrant.member_id == Member.id, is_live(now))),
        ).where(inside)
    ).one()
    return {"people": row[0], "suspended": row[1], "staff": row[2]}


def ending_soon(actor: Member, now: datetime) -> Sequence[Held]:
    """Roles that end by themselves within thirty days, the next one first."""
    mine = _within(RoleGrant.unit_id, units_of(actor, "administer"))
    soon = _held().where(is_live(now), mine, RoleGrant.ends_at <= now + SOON).order_by(RoleGrant.ends_at).limit(PAGE)
    return [Held(*row) for row in db.session.execute(soon)]


def names(ids: Collection[int | None]) -> dict[int, str]:
    """Display names by id, of those who are there."""
    rows = db.session.execute(select(Member.id, Member.display_name).where(Member.id.in_([one for one in ids if one])))
    return {row[0]: row[1] for row in rows}


def governors(now: datetime) -> Sequence[int]:
    """Who administers the whole bank at this moment, by id."""
    central = (RoleGrant.role == "admin") & (RoleGrant.unit_id == reference().centre.id) & is_live(now)
    holding = exists().where(RoleGrant.member_id == Member.id, central)
    return db.session.scalars(select(Member.id).where(holding, Member.status == "active").order_by(Member.id)).all()


def something_is_over(now: datetime) -> bool:
    """Whether a suspension, or a look at pages as somebody else, has to be ended."""
    suspension = exists().where(IS_OPEN, Suspension.ends_at <= now)
    over = (SignInSession.viewing_until <= now) | SignInSession.revoked_at.is_not(None)
    view = exists().where(IS_VIEWING, over)
    return bool(db.session.scalar(select(suspension | view)))


def _people() -> Any:
    seen = select(func.max(SignInSession.last_seen_at)).where(SignInSession.member_id == Member.id).scalar_subquery()
    until = select(Suspension.ends_at).where(Suspension.member_id == Member.id, IS_OPEN).scalar_subquery()
    return select(Member, seen, until)


def _held() -> Any:
    return (
        select(RoleGrant, Member, GIVER.display_name, TAKER.display_name)
        .join(Member, Member.id == RoleGrant.member_id)
        .outerjoin(GIVER, GIVER.id == RoleGrant.granted_by_id)
        .outerjoin(TAKER, TAKER.id == RoleGrant.revoked_by_id)
    )


def _within(column: Any, units: frozenset[int] | None) -> ColumnElement[bool]:
    return true() if units is None else column.in_(units)


def _scope(actor: Member) -> ColumnElement[bool]:
    units = units_of(actor, "administer")
    if units is None:
        return true()
    works_here = exists().where(
        RoleGrant.member_id == Member.id, RoleGrant.revoked_at.is_(None), RoleGrant.unit_id.in_(units)
    )
    return Member.unit_id.in_(units) | works_here


def _matches(asked: Asked, now: datetime) -> ColumnElement[bool]:
    """An address is looked for whole: by its parts one could guess at addresses one may not see."""
    wanted: list[ColumnElement[bool]] = [Member.status != "erased"]
    if asked.text:
        folded = text.fold(asked.text)
        by_name = Member.name_fold.contains(folded) if folded else Member.display_name == asked.text
        wanted.append(Member.email == asked.text.lower() if "@" in asked.text else by_name)
    if asked.role:
        holds = exists().where(RoleGrant.member_id == Member.id, RoleGrant.role == asked.role, is_live(now))
        wanted.append(holds)
    if asked.unit_id:
        units = reference().below(asked.unit_id)
        works = exists().where(RoleGrant.member_id == Member.id, RoleGrant.unit_id.in_(units), is_live(now))
        wanted.append(or_(Member.unit_id.in_(units), works))
    if asked.status:
        wanted.append(Member.status == asked.status)
    return and_(*wanted)
