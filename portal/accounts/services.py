"""Signing in and up, sessions, tokens, and what a visitor was doing before."""

from __future__ import annotations

import secrets as random
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update

from portal import text
from portal.accounts import limits, rules, secrets
from portal.accounts.events import CodeRequested, MemberRegistered
from portal.accounts.models import ApiToken, Member, PendingAction, SignInAttempt, SignInSession
from portal.database import db, insert_ignore
from portal.errors import N_, Conflict, Refusal, TooMany
from portal.outbox import services as outbox
from portal.rules import Invalid

CODE_TRIES = 5
RESEND_AFTER = timedelta(seconds=30)
REGISTER_WITHIN = timedelta(minutes=30)
HOLD_FOR = timedelta(days=7)


# --- the six-digit code -------------------------------------------------------------------------


def request_code(email: str, language: str, who_limits: tuple[str, str], ttl: int, now: datetime) -> SignInAttempt:
    """Begin to sign in: an attempt, and the fact that makes the letter. The same for known and unknown addresses.

    `who_limits` are the keys of the account and of the network address. Raises Refusal for a bad address and
    TooMany.
    """
    email = rules.read_email(email)
    account_key, address_key = who_limits
    last = db.session.scalar(
        select(SignInAttempt.created_at).where(SignInAttempt.email == email).order_by(SignInAttempt.id.desc()).limit(1)
    )
    if last and now - last < RESEND_AFTER:
        raise TooMany(int((RESEND_AFTER - (now - last)).total_seconds()) + 1)
    limits.take("code:account", account_key, now)
    limits.take("code:address", address_key, now)
    attempt = SignInAttempt(
        token=secrets.new_token(),
        email=email,
        language=language,
        tries=0,
        created_at=now,
        expires_at=now + timedelta(seconds=ttl),
    )
    db.session.add(attempt)
    db.session.flush()
    outbox.record(CodeRequested(attempt.id))
    return attempt


def enter_code(token: str, code: str, secret_key: str, now: datetime) -> SignInAttempt | Refusal:
    """Try a code. A wrong one is *returned* as a Refusal, not raised: the try counts, so it must commit.

    One statement takes the try, so fifty parallel guesses are five.
    """
    taken = db.session.execute(
        update(SignInAttempt)
        .where(
            SignInAttempt.token == token,
            SignInAttempt.tries < CODE_TRIES,
            SignInAttempt.code_ok_at.is_(None),
            SignInAttempt.expires_at > now,
        )
        .values(tries=SignInAttempt.tries + 1)
        .returning(SignInAttempt.id, SignInAttempt.tries)
    ).first()
    if taken is None:
        return Refusal(N_("Mã đã hết hạn. Gửi mã mới"), field="code")
    if not secrets.same("".join(mark for mark in code if mark.isdecimal()), secrets.six_digits(secret_key, token)):
        left = CODE_TRIES - taken.tries
        if left == 0:
            return Refusal(N_("Mã chưa đúng và đã hết lượt thử. Gửi mã mới"), field="code")
        return Refusal(N_("Mã chưa đúng. Bạn còn %(left)s lần thử."), field="code", left=left)
    attempt = db.session.get_one(SignInAttempt, taken.id, populate_existing=True)
    attempt.code_ok_at = now
    return attempt


def enter_password(email: str, password: str, who_limits: tuple[str, str], now: datetime) -> Member | Refusal:
    """Try a password. A wrong one is returned, so that the limit's count commits."""
    account_key, address_key = who_limits
    limits.take("password:account", account_key, now)
    limits.take("password:address", address_key, now)
    try:
        member = member_by_email(rules.read_email(email))
    except Refusal:
        member = None
    if not secrets.password_fits(password, member.password_hash if member else None) or member is None:
        return Refusal(N_("E-mail hoặc mật khẩu chưa đúng."), field="password")
    if member.status != "active":
        return Refusal(N_("Tài khoản này đang tạm dừng."), field="password")
    limits.forget("password:account", account_key)
    return member


def member_by_email(email: str) -> Member | None:
    return db.session.scalar(select(Member).where(Member.email == email))


def use_attempt(attempt: SignInAttempt, now: datetime) -> Member | None:
    """The member behind a proven address, once; None if the address has no account yet. Raises Conflict on reuse."""
    member = member_by_email(attempt.email)
    if member is None:
        return None
    _use_once(attempt, now)
    if member.status != "active":
        raise Refusal(N_("Tài khoản này đang tạm dừng."), field="code")
    return member


def _use_once(attempt: SignInAttempt, now: datetime) -> None:
    used = db.session.execute(
        update(SignInAttempt)
        .where(
            SignInAttempt.id == attempt.id,
            SignInAttempt.used_at.is_(None),
            SignInAttempt.code_ok_at > now - REGISTER_WITHIN,
        )
        .values(used_at=now)
        .returning(SignInAttempt.id)
    ).first()
    if used is None:
        raise Conflict(N_("Mã đã hết hạn. Gửi mã mới"))


# --- registration -------------------------------------------------------------------------------


def register(
    attempt: SignInAttempt,
    display_name: str,
    birth: tuple[int | None, int | None],
    unit_id: int | None,
    now: datetime,
    *,
    min_age: int,
) -> Member:
    """Make the account behind a proven address. Raises Invalid with every fault, or Conflict if it was made before."""
    name = rules.DISPLAY_NAME.clean(display_name)
    errors: dict[str, Refusal] = {}
    if fault := rules.DISPLAY_NAME.fault(name):
        errors["display_name"] = fault
    elif name_taken(name):
        errors["display_name"] = Refusal(N_("Tên này đã có người dùng. Thử thêm một chữ."))
    if fault := rules.check_birth(*birth, now.date()):
        errors["birth_year"] = fault
    if errors:
        raise Invalid(errors)
    year, month = birth
    assert year is not None and month is not None
    if rules.age(year, month, now.date()) < min_age:
        raise TooYoung(min_age)
    _use_once(attempt, now)
    member = add_member(attempt.email, name, now, language=attempt.language, birth=(year, month), unit_id=unit_id)
    outbox.record(MemberRegistered(member.id))
    return member


class TooYoung(Refusal):
    """Under the age of an account of one's own here."""

    status = 403

    def __init__(self, min_age: int) -> None:
        super().__init__(N_("Bạn cần đủ %(age)s tuổi để tự lập tài khoản."), age=min_age)


def name_taken(name: str) -> bool:
    return db.session.scalar(select(Member.id).where(Member.name_fold == text.fold(name))) is not None


def add_member(  # noqa: PLR0913  # one row has these
    email: str | None,
    display_name: str,
    now: datetime,
    *,
    role: str = "member",
    language: str = "vi",
    birth: tuple[int, int] | None = None,
    unit_id: int | None = None,
    source: str = "web",
    external_id: str | None = None,
) -> Member:
    """Insert a member; the handle is random, so that it tells nothing."""
    member = Member(
        handle=random.token_hex(5),
        email=email,
        display_name=display_name,
        name_fold=text.fold(display_name) or random.token_hex(8),
        role=role,
        language=language,
        birth_year=birth[0] if birth else None,
        birth_month=birth[1] if birth else None,
        unit_id=unit_id,
        source=source,
        external_id=external_id,
        created_at=now,
    )
    db.session.add(member)
    db.session.flush()
    return member


def free_name(language: str = "vi") -> str:
    """A pseudonym nobody has: 'Bạn trẻ 48213'."""
    while True:
        name = f"{'Young voice' if language == 'en' else 'Bạn trẻ'} {random.randbelow(90_000) + 10_000}"
        if not name_taken(name):
            return name


def set_password(member: Member, password: str) -> None:
    """Raises Refusal if it is too short or too long."""
    if not rules.PASSWORD_MIN <= len(password) <= rules.PASSWORD_MAX:
        raise Refusal(
            N_("Mật khẩu cần từ %(min)s đến %(max)s ký tự"),
            field="password",
            min=rules.PASSWORD_MIN,
            max=rules.PASSWORD_MAX,
        )
    member.password_hash = secrets.hash_password(password)


# --- sessions and tokens ------------------------------------------------------------------------


def start_session(member: Member, device: str, now: datetime) -> str:
    """A new signed-in device; returns the token for its cookie, which is kept nowhere here."""
    token = secrets.new_token()
    db.session.add(
        SignInSession(
            token_hash=secrets.digest(token),
            member_id=member.id,
            created_at=now,
            last_seen_at=now,
            authenticated_at=now,
            device=text.normalise(device)[:200],
        )
    )
    return token


def end_session(session_id: int, now: datetime) -> None:
    db.session.execute(
        update(SignInSession)
        .where(SignInSession.id == session_id, SignInSession.revoked_at.is_(None))
        .values(revoked_at=now)
    )


def touch_session(session_id: int, now: datetime) -> None:
    """Remember the last use; called at most once a minute for each session."""
    db.session.execute(update(SignInSession).where(SignInSession.id == session_id).values(last_seen_at=now))


def issue_token(member: Member, now: datetime) -> str:
    token = secrets.new_token()
    db.session.add(ApiToken(token_hash=secrets.digest(token), member_id=member.id, created_at=now))
    return token


# --- what a visitor was doing -------------------------------------------------------------------


def hold(visitor: str, kind: str, target_id: int, now: datetime) -> None:
    """Keep an intent for whoever signs in on this browser within seven days. A second click changes nothing."""
    values = {"visitor": visitor, "kind": kind, "target_id": target_id, "created_at": now, "expires_at": now + HOLD_FOR}
    db.session.execute(insert_ignore(PendingAction.__table__).values(**values))


def release(visitor: str, now: datetime) -> list[PendingAction]:
    """Take everything held for a visitor; each is returned to one caller only."""
    held = list(
        db.session.scalars(
            select(PendingAction)
            .where(PendingAction.visitor == visitor, PendingAction.expires_at > now)
            .order_by(PendingAction.id)
        )
    )
    taken = db.session.execute(
        delete(PendingAction).where(PendingAction.visitor == visitor).returning(PendingAction.id)
    ).scalars()
    mine = set(taken)
    return [action for action in held if action.id in mine]
