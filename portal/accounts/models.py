"""Members, what they may do, how they sign in, and what they were doing before they did."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import CheckConstraint, ColumnElement, ForeignKey, Index, String, Text, false, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from portal.database import BigId, Key, Model

ROLES = ("member", "juror", "moderator", "organiser", "admin")  # everybody is a member; the others are granted
GRANTED = ROLES[1:]
STAFF = ("moderator", "organiser", "admin")
SESSION_ABSOLUTE = timedelta(days=30)
STAFF_IDLE, STAFF_ABSOLUTE = timedelta(minutes=30), timedelta(hours=12)
IS_OPEN = text("lifted_at IS NULL")
IS_VIEWING = text("viewing_id IS NOT NULL")
CODE_TRIES = 5
STATUSES = ("active", "waiting", "suspended", "closed", "erased")
"""waiting: for a guardian's yes. closed: the guardian said no, erasure is under way."""
MAY_SIGN_IN = ("active", "waiting")


class RoleGrant(Model):
    """A role that a member holds for a unit and everything below it, for a time or until it is revoked."""

    __tablename__ = "role_grant"
    __table_args__ = (CheckConstraint(f"role IN {GRANTED}", name="role"),)

    id: Mapped[Key]
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    role: Mapped[str] = mapped_column(String(12))
    unit_id: Mapped[int] = mapped_column(ForeignKey("unit.id"), index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]  # none: until it is revoked
    granted_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))  # none: the command line
    revoked_at: Mapped[datetime | None]
    revoked_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))

    def is_live(self, now: datetime) -> bool:
        over = self.revoked_at is not None or (self.ends_at is not None and self.ends_at <= now)
        return not over and self.starts_at <= now


def is_live(now: datetime) -> ColumnElement[bool]:
    """The same of grants in a query."""
    lasts = RoleGrant.ends_at.is_(None) | (RoleGrant.ends_at > now)
    return RoleGrant.revoked_at.is_(None) & (RoleGrant.starts_at <= now) & lasts


class Member(Model):
    """A person with an account. The e-mail address, the birth month and the roles are never public."""

    __tablename__ = "member"
    __table_args__ = (CheckConstraint(f"status IN {STATUSES}", name="status"),)

    id: Mapped[Key]
    handle: Mapped[str] = mapped_column(String(40), unique=True)
    email: Mapped[str | None] = mapped_column(String(254), unique=True)  # as compared: NFKC, case-folded
    display_name: Mapped[str] = mapped_column(String(60))
    name_fold: Mapped[str] = mapped_column(String(80), unique=True)  # "Hoà" cannot impersonate "Hòa"
    status: Mapped[str] = mapped_column(String(12), default="active")
    language: Mapped[str] = mapped_column(String(2), default="vi")
    birth_year: Mapped[int | None]
    birth_month: Mapped[int | None]
    minor: Mapped[bool] = mapped_column(default=False, server_default=false())  # so a paper says that names no birthday
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    purposes: Mapped[str | None] = mapped_column(String(60))  # of a child: what guardian and child both said yes to
    silenced_until: Mapped[datetime | None]  # until then they read and support, and send nothing
    password_hash: Mapped[str | None] = mapped_column(String(200))
    source: Mapped[str] = mapped_column(String(12), default="web")  # web | command | import | demo
    external_id: Mapped[str | None] = mapped_column(String(80), unique=True)  # an imported author's number
    created_at: Mapped[datetime]
    grants: Mapped[list[RoleGrant]] = relationship(
        primaryjoin=lambda: (RoleGrant.member_id == Member.id) & RoleGrant.revoked_at.is_(None),
        foreign_keys=RoleGrant.member_id,
    )

    @property
    def live_grants(self) -> list[RoleGrant]:
        """What is held at this moment. This process's clock will do: grants last for days."""
        now = datetime.now(UTC)
        return [grant for grant in self.grants if grant.is_live(now)]

    @property
    def role(self) -> str:
        """The highest role held anywhere: for showing. Whether somebody may do a thing, `policy.can` says."""
        return max((grant.role for grant in self.live_grants), key=ROLES.index, default="member")

    @property
    def is_staff(self) -> bool:
        return any(grant.role in STAFF for grant in self.live_grants)

    @property
    def holds_a_role(self) -> bool:
        """Staff, and jurors: they decide about awards, so they prove themselves twice as well."""
        return bool(self.live_grants)

    @property
    def is_child(self) -> bool:
        """A guardian answers for this account."""
        return self.purposes is not None

    def may(self, purpose: str) -> bool:
        """Whether this may be done with what they write: `portal.accounts.consents.PURPOSES`."""
        return self.status == "active" and self.allows(purpose)

    def allows(self, purpose: str) -> bool:
        """Whether nobody has said no to it. A suspension is another matter: what was agreed to before it stands."""
        return self.purposes is None or purpose in self.purposes.split()


class Suspension(Model):
    """A time in which a member may not sign in: why, until when, and what they were before it."""

    __tablename__ = "suspension"
    __table_args__ = (
        Index("ix_suspension_open", "member_id", unique=True, postgresql_where=IS_OPEN, sqlite_where=IS_OPEN),
        Index("ix_suspension_due", "ends_at", postgresql_where=IS_OPEN, sqlite_where=IS_OPEN),
    )

    id: Mapped[Key]
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    reason: Mapped[str] = mapped_column(String(500))
    was: Mapped[str] = mapped_column(String(12))  # the status to go back to
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime | None]  # none: until somebody lifts it
    by_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    lifted_at: Mapped[datetime | None]
    lifted_by_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))  # none: its time was over


class SignInSession(Model):
    """One signed-in device. The cookie carries the token, the row its SHA-256."""

    __tablename__ = "sign_in_session"
    __table_args__ = (  # asked every few seconds, of a table that grows with every visit
        Index("ix_sign_in_session_viewing", "viewing_id", postgresql_where=IS_VIEWING, sqlite_where=IS_VIEWING),
    )

    id: Mapped[Key]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    created_at: Mapped[datetime]
    last_seen_at: Mapped[datetime]
    authenticated_at: Mapped[datetime]
    device: Mapped[str] = mapped_column(String(200), default="")
    network: Mapped[str] = mapped_column(String(20), default="")  # masked: '113.161.72.*'
    revoked_at: Mapped[datetime | None]
    viewing_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))  # as whom an administrator looks at pages
    viewing_until: Mapped[datetime | None]
    member: Mapped[Member] = relationship(lazy="joined", innerjoin=True, foreign_keys=member_id)


class SignInAttempt(Model):
    """One try to sign in or up. The six digits are derived from `token` and the secret key, never stored.

    It keeps what was proven, and when, and is done with when used. `visitor` is the browser it began in, `tries`
    counts the codes typed.
    """

    __tablename__ = "sign_in_attempt"
    __table_args__ = (Index(None, "email", "created_at"), Index(None, "visitor"))

    id: Mapped[Key]
    token: Mapped[str] = mapped_column(String(43), unique=True)
    email: Mapped[str] = mapped_column(String(254))
    language: Mapped[str] = mapped_column(String(2))
    visitor: Mapped[str | None] = mapped_column(String(43))
    for_member_id: Mapped[int | None] = mapped_column(ForeignKey("member.id"))  # who wants this for their new address
    tries: Mapped[int] = mapped_column(default=0)
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    code_ok_at: Mapped[datetime | None]
    password_ok_at: Mapped[datetime | None]
    second_ok_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]

    def takes_codes(self, now: datetime) -> bool:
        return self.tries < CODE_TRIES and self.code_ok_at is None and self.expires_at > now

    def proofs(self, now: datetime, within: timedelta) -> set[str]:
        """What was proven lately enough to sign in with: 'code', 'password', 'second'."""
        at = {"code": self.code_ok_at, "password": self.password_ok_at, "second": self.second_ok_at}
        return {name for name, moment in at.items() if moment and now - moment < within}


class PendingAction(Model):
    """What a visitor wanted to do to an idea before signing in; done once, by whoever signs in on that browser.

    `body` is what they wrote, `parent_id` the comment it answers (0: none).
    """

    __tablename__ = "pending_action"
    __table_args__ = (Index(None, "visitor", "kind", "target_id", "parent_id", unique=True),)

    id: Mapped[Key]
    visitor: Mapped[str] = mapped_column(String(43))
    kind: Mapped[str] = mapped_column(String(12))  # vote | follow | comment
    target_id: Mapped[int] = mapped_column()
    parent_id: Mapped[int] = mapped_column(BigId, default=0, server_default="0")
    body: Mapped[str] = mapped_column(Text, default="", server_default="")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]


class ApiToken(Model):
    """A bearer token of the API; only its SHA-256 is kept. The last use is written at most once an hour."""

    __tablename__ = "api_token"

    id: Mapped[Key]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    name: Mapped[str] = mapped_column(String(40), default="", server_default="")
    created_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    member: Mapped[Member] = relationship(lazy="joined", innerjoin=True)


class RateHit(Model):
    """One use of a limited thing, by key. Counted over a sliding window; works with Redis away."""

    __tablename__ = "rate_hit"
    __table_args__ = (Index(None, "key", "at"),)

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(String(90))
    at: Mapped[datetime]


class RaisedLimit(Model):
    """A network that may be used by many at once for a day, on an organiser's word: a school, a workshop.

    `key` is what the limits count it by; `network` ('113.161.72.*') and `place` are for people to read.
    """

    __tablename__ = "raised_limit"

    id: Mapped[Key]
    key: Mapped[str] = mapped_column(String(64), index=True)
    network: Mapped[str] = mapped_column(String(20))
    place: Mapped[str] = mapped_column(String(80))
    by_id: Mapped[int] = mapped_column(ForeignKey("member.id"), index=True)
    created_at: Mapped[datetime]
    until: Mapped[datetime]  # earlier than planned if somebody ended it


class IdempotencyKey(Model):
    """The answer to a request that may be sent again; kept 24 hours."""

    __tablename__ = "idempotency_key"
    __table_args__ = (Index(None, "member_id", "key", unique=True),)

    id: Mapped[Key]
    member_id: Mapped[int] = mapped_column(ForeignKey("member.id"))
    key: Mapped[str] = mapped_column(String(80))
    body_hash: Mapped[str] = mapped_column(String(64))
    answer: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
