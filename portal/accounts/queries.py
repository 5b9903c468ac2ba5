"""Who is signed in, and what is held for a visitor."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, CompoundSelect, bindparam, exists, func, or_, select, union_all
from sqlalchemy.orm import aliased, joinedload, lazyload, undefer_group

from portal.accounts import secrets
from portal.accounts.consents import Consent, Guardianship
from portal.accounts.credentials import Authenticator, Factors, Passkey, RecoveryCode
from portal.accounts.models import (
    MAY_SIGN_IN,
    SESSION_ABSOLUTE,
    STAFF_ABSOLUTE,
    STAFF_IDLE,
    ApiToken,
    Member,
    PendingAction,
    SignInAttempt,
    SignInSession,
)
from portal.accounts.requests import DataCopy, Erasure
from portal.database import ask, clock, db

MOST_DEVICES = 50
BROWSERS = 10
"""So many are asked about, however many a stranger began with the address on."""
WITH_ROLES = joinedload(Member.grants)
FOR_THE_HEADER = undefer_group("header")
"""What rooms above this one let every page show of a member, read in the same statement."""


def live_session(token: str, idle_seconds: int) -> tuple[SignInSession, datetime] | None:
    """The session behind a cookie and the moment it was found live at, in one query.

    None if it is ended, too old, or its member may not sign in.
    """
    rows = db.session.execute(_session_behind(db.engine.dialect.name), {"digest": secrets.digest(token)})
    row = rows.unique().one_or_none()
    if row is None:
        return None
    session, moment = row
    if session.revoked_at or session.member.status not in MAY_SIGN_IN:
        return None
    staff = session.member.is_staff
    idle = STAFF_IDLE if staff else timedelta(seconds=idle_seconds)
    absolute = STAFF_ABSOLUTE if staff else SESSION_ABSOLUTE
    if moment - session.last_seen_at > idle or moment - session.created_at > absolute:
        return None
    if any(session.created_at < grant.starts_at for grant in session.member.live_grants):
        return None  # signed in as less than they are by now: the door asks staff for more
    return session, moment


@cache
def _session_behind(_dialect: str) -> Any:
    """Made once for each engine: every page of a member asks it, and it costs more to make than to run."""
    found = select(SignInSession, clock()).where(SignInSession.token_hash == bindparam("digest"))
    whole = joinedload(SignInSession.member).options(WITH_ROLES, FOR_THE_HEADER)
    return found.options(whole).execution_options(populate_existing=True)


def seen_as(session: SignInSession, now: datetime) -> Member | None:
    """As whom an administrator looks at pages on this device: one more query, for those minutes only."""
    if session.viewing_id is None or session.viewing_until is None or session.viewing_until <= now:
        return None
    found = select(Member).where(Member.id == session.viewing_id, Member.status == "active")
    whole = found.options(WITH_ROLES, FOR_THE_HEADER).execution_options(populate_existing=True)
    return db.session.scalars(whole).unique().one_or_none()


class Bearer(NamedTuple):
    """Whose a bearer token is (`id`, `status` and `unit_id` are the member's), and the moment it was found live at."""

    id: int
    status: str
    unit_id: int | None
    token_id: int
    last_used_at: datetime | None
    moment: datetime


def live_token(token: str) -> Bearer | None:
    """What is behind a bearer token, in one query. None if it is revoked or its member may not sign in."""
    row = ask(_bearer(db.engine.dialect.name), {"digest": secrets.digest(token)}).one_or_none()
    found = row and Bearer._make(row)
    return found if found and found.status in MAY_SIGN_IN else None


@cache
def _bearer(_dialect: str) -> Any:
    """Of columns, and made once for each engine: a vote by the API is hardly more than this and its two statements."""
    mine = select(Member.id, Member.status, Member.unit_id, ApiToken.id, ApiToken.last_used_at, clock())
    live = (ApiToken.token_hash == bindparam("digest")) & ApiToken.revoked_at.is_(None)
    return mine.join(Member, Member.id == ApiToken.member_id).where(live)


def whole_member(member_id: int) -> Member:
    """A member with their roles, in one query."""
    return db.session.execute(select(Member).where(Member.id == member_id).options(WITH_ROLES)).unique().scalar_one()


def member_by_email(email: str) -> Member | None:
    return db.session.scalar(select(Member).where(Member.email == email))


def public_member(handle: str) -> Member | None:
    """The member with this public name of the address, while their page is open to all."""
    return db.session.scalar(select(Member).where(Member.handle == handle, Member.status == "active"))


def member_by_password(email: str, password: str) -> Member | None:
    """The member with this address and password. As slow for an address nobody has: the time tells nothing."""
    member = member_by_email(email)
    fits = secrets.password_fits(password, member.password_hash if member else None)
    return member if fits else None


def attempt(token: str | None) -> SignInAttempt | None:
    if not token:
        return None
    return db.session.scalar(
        select(SignInAttempt).where(SignInAttempt.token == token, SignInAttempt.for_member_id.is_(None))
    )


def change_of_address(token: str | None, member_id: int) -> SignInAttempt | None:
    """The attempt by which a member proves a new address."""
    mine = (SignInAttempt.token == token) & (SignInAttempt.for_member_id == member_id)
    return db.session.scalar(select(SignInAttempt).where(mine)) if token else None


def devices(member: Member, idle_seconds: int, now: datetime) -> list[SignInSession]:
    """Where a member is signed in, the latest used first."""
    live = select(SignInSession).where(is_signed_in(member, idle_seconds, now))
    newest = live.order_by(SignInSession.last_seen_at.desc()).limit(MOST_DEVICES)
    return list(db.session.scalars(newest.options(lazyload(SignInSession.member))))


def is_signed_in(member: Member, idle_seconds: int, now: datetime) -> ColumnElement[bool]:
    """Which sessions of a member are neither ended nor too old."""
    idle = STAFF_IDLE if member.is_staff else timedelta(seconds=idle_seconds)
    absolute = STAFF_ABSOLUTE if member.is_staff else SESSION_ABSOLUTE
    recent = (SignInSession.last_seen_at > now - idle) & (SignInSession.created_at > now - absolute)
    return (SignInSession.member_id == member.id) & SignInSession.revoked_at.is_(None) & recent


def held(visitor: str | None, now: datetime) -> list[PendingAction]:
    """What is kept for a visitor who has not signed in."""
    if not visitor:
        return []
    mine = select(PendingAction).where(PendingAction.visitor == visitor, PendingAction.expires_at > now)
    return list(db.session.scalars(mine.order_by(PendingAction.id)))


def began_elsewhere(email: str | None, here: str | None) -> list[str]:
    """The latest other browsers on which this address was the last that somebody began to sign in with, within a day or so.

    Who mistyped an address and then gave the right one is none of the former's business.
    """
    later = aliased(SignInAttempt)
    changed = exists().where(
        later.visitor == SignInAttempt.visitor, later.id > SignInAttempt.id, later.email != SignInAttempt.email
    )
    theirs = (SignInAttempt.email == email, SignInAttempt.visitor.is_not(None), SignInAttempt.used_at.is_(None))
    found = select(SignInAttempt.visitor).where(*theirs, SignInAttempt.visitor != (here or ""), ~changed)
    latest = found.group_by(SignInAttempt.visitor).order_by(func.max(SignInAttempt.id).desc()).limit(BROWSERS)
    return [visitor for visitor in db.session.scalars(latest) if visitor]


def tokens(member_id: int) -> list[ApiToken]:
    """A member's API tokens that still open something, the newest first."""
    mine = select(ApiToken).where(ApiToken.member_id == member_id, ApiToken.revoked_at.is_(None))
    return list(db.session.scalars(mine.order_by(ApiToken.id.desc()).options(lazyload(ApiToken.member))))


def factors(member_id: int) -> Factors:
    """What a member has for the second step of signing in. One query."""
    counts = [
        select(func.count()).where(model.member_id == member_id, *which).scalar_subquery()
        for model, which in ((Authenticator, ()), (Passkey, ()), (RecoveryCode, (RecoveryCode.used_at.is_(None),)))
    ]
    return Factors(*db.session.execute(select(*counts)).one())


class Mailbox(NamedTuple):
    """Where letters to a member go. `copied`: to the guardian of a child, who reads them as a copy."""

    address: str | None
    language: str
    copied: bool


def mailbox_of(member: Any) -> Mailbox:
    """A child's letters go to the guardian. `member` is a row or a Member: id, email, language and purposes."""
    if member.purposes is None:
        return Mailbox(member.email, member.language, copied=False)
    guardian = guardianship_of(member.id)
    return Mailbox(guardian.email, guardian.language, copied=True) if guardian else Mailbox(None, member.language, True)


def guardianship_of(member_id: int) -> Guardianship | None:
    return db.session.scalar(select(Guardianship).where(Guardianship.member_id == member_id))


def family_of(member: Member) -> CompoundSelect[int]:
    """Ids of a member's family, as far as accounts tell: their wards, who has the same guardian, and the guardian."""
    guardians = select(Guardianship.email).where(Guardianship.member_id == member.id).correlate(None)
    home: ColumnElement[bool] = Guardianship.email.in_(guardians)
    if member.email:
        home |= Guardianship.email == member.email
    children = select(Guardianship.member_id).where(home).correlate(None)
    parents = select(Member.id).where(Member.email.in_(guardians)).correlate(None)
    return union_all(children, parents)


def guardianship_by_key(key: str) -> tuple[Guardianship, Member] | None:
    """A guardian's row and the child it is about."""
    both = select(Guardianship, Member).join(Member, Member.id == Guardianship.member_id)
    found = db.session.execute(both.where(Guardianship.key == key).execution_options(populate_existing=True)).first()
    return (found[0], found[1]) if found else None


def guardian_is_due(now: datetime) -> bool:
    """Whether a reminder, or the end of waiting, is due for somebody."""
    return db.session.scalar(select(Guardianship.id).where(Guardianship.next_at <= now).limit(1)) is not None


def open_erasure(member_id: int) -> Erasure | None:
    """The wish to be forgotten that is neither cancelled nor fulfilled."""
    mine = select(Erasure).where(Erasure.member_id == member_id, Erasure.due_at.is_not(None))
    return db.session.scalars(mine.order_by(Erasure.id)).first()


def data_copy_of(member_id: int, now: datetime) -> DataCopy | None:
    """The copy that is being made, or that can be fetched."""
    mine = select(DataCopy).where(DataCopy.member_id == member_id)
    live = mine.where(or_(DataCopy.expires_at.is_(None), DataCopy.expires_at > now))
    return db.session.scalars(live.order_by(DataCopy.id.desc()).execution_options(populate_existing=True)).first()


def is_due(now: datetime) -> bool:
    """Whether an erasure or a copy waits for the worker."""
    erasure = select(Erasure.id).where(Erasure.due_at <= now).exists()
    copy = select(DataCopy.id).where(DataCopy.is_waiting(now)).exists()
    return bool(db.session.scalar(select(or_(erasure, copy))))


def standing(member_id: int) -> dict[str, set[str]]:
    """By giver, the purposes somebody said yes to and did not take back. One query."""
    rows = select(Consent.giver, Consent.purpose).where(Consent.member_id == member_id, Consent.withdrawn_at.is_(None))
    given: dict[str, set[str]] = {"guardian": set(), "member": set()}
    for giver, purpose in db.session.execute(rows):
        given[giver].add(purpose)
    return given
