"""From an address to a signed-in member: the six-digit code, the password, and for staff both."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update

from portal.accounts import limits, policy, queries, rules, secrets
from portal.accounts.events import CodeRequested
from portal.accounts.models import CODE_TRIES, FINISH_WITHIN, Member, SignInAttempt
from portal.database import db
from portal.errors import N_, Conflict, Refusal, TooMany
from portal.outbox import services as outbox

RESEND_AFTER = timedelta(seconds=30)
CODE_GONE = N_("Mã đã hết hạn. Gửi mã mới")


def request_code(
    email: str, language: str, who_limits: tuple[str, str], ttl: int, now: datetime, *, visitor: str | None = None
) -> SignInAttempt:
    """Begin to sign in: an attempt, and the fact that makes the letter. The same for known and unknown addresses.

    `who_limits` are the keys of the account and of the network address. The second click of a double click
    gets the first one's attempt and no second letter. Raises Refusal for a bad address and TooMany.
    """
    email = rules.read_email(email)
    limits.queue_for(f"code {email}")
    last = db.session.scalar(
        select(SignInAttempt).where(SignInAttempt.email == email).order_by(SignInAttempt.id.desc()).limit(1)
    )
    if last and last.used_at is None and now - last.created_at < RESEND_AFTER:
        if visitor and last.visitor == visitor and last.takes_codes(now):
            return last
        raise TooMany(int((RESEND_AFTER - (now - last.created_at)).total_seconds()) + 1)
    account, address = who_limits
    limits.take("code:account", account, now)
    limits.take("code:address", address, now)
    attempt = SignInAttempt(
        token=secrets.new_token(),
        email=email,
        language=language,
        visitor=visitor,
        created_at=now,
        expires_at=now + timedelta(seconds=ttl),
    )
    db.session.add(attempt)
    db.session.flush()
    outbox.record(CodeRequested(attempt.id))
    return attempt


def enter_code(attempt: SignInAttempt, code: str, secret_key: str, account: str, now: datetime) -> Refusal | None:
    """Try a code. A wrong one is *returned* as a Refusal, not raised: the try counts, so it must commit.

    One statement takes the try, so fifty parallel guesses are five. Raises TooMany, and Conflict for a code that
    is used, used up or too old.
    """
    limits.take("guess:account", account, now)
    tries = db.session.scalar(
        update(SignInAttempt)
        .where(
            SignInAttempt.id == attempt.id,
            SignInAttempt.tries < CODE_TRIES,
            SignInAttempt.code_ok_at.is_(None),
            SignInAttempt.expires_at > now,
        )
        .values(tries=SignInAttempt.tries + 1)
        .returning(SignInAttempt.tries)
    )
    if tries is None:
        raise Conflict(CODE_GONE)
    if secrets.same(code, secrets.six_digits(secret_key, attempt.token)):
        attempt.code_ok_at = now
        return None
    if tries == CODE_TRIES:
        return Refusal(N_("Mã chưa đúng và đã hết lượt thử. Gửi mã mới"))
    return Refusal(N_("Mã chưa đúng. Bạn còn %(left)s lần thử."), left=CODE_TRIES - tries)


def count_password_try(who_limits: tuple[str, str], now: datetime) -> None:
    """Before the password is looked at, in a transaction of its own: the hash is slow on purpose. Raises TooMany."""
    account, address = who_limits
    limits.take("password:account", account, now)
    limits.take("password:address", address, now)


def finish(attempt: SignInAttempt, now: datetime, *, strict: bool) -> Member | None:
    """The member who signs in with this attempt, once. None while an account or a factor is missing.

    Raises Conflict on a second use, and Refusal if the member may not sign in.
    """
    member = queries.member_by_email(attempt.email)
    if member is None or policy.missing_factor(member, attempt, strict=strict):
        return None
    use_attempt(attempt, now)
    policy.require_active(member)
    return member


def use_attempt(attempt: SignInAttempt, now: datetime) -> None:
    """Of fifty at once, one passes; the others get a Conflict."""
    used = db.session.execute(
        update(SignInAttempt)
        .where(
            SignInAttempt.id == attempt.id,
            SignInAttempt.used_at.is_(None),
            SignInAttempt.code_ok_at > now - FINISH_WITHIN,
        )
        .values(used_at=now)
        .returning(SignInAttempt.id)
    ).first()
    if used is None:
        raise Conflict(CODE_GONE)
