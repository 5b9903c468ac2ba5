"""From an address to a signed-in member. What is asked for next stands in `accounts.steps`."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update

from portal.accounts import limits, policy, queries, rules, secrets
from portal.accounts.events import CodeRequested
from portal.accounts.models import CODE_TRIES, Member, SignInAttempt
from portal.accounts.services import factors, passkeys
from portal.accounts.services.passkeys import Site
from portal.accounts.steps import Demands, Step, next_step
from portal.database import db
from portal.errors import N_, Conflict, Refusal, TooMany
from portal.outbox import services as outbox

RESEND_AFTER = timedelta(seconds=30)
WhoLimits = tuple[str, str]
"""Whom a try is counted against: the keys of the account and of the network address."""
CODE_GONE = N_("Mã đã hết hạn. Gửi mã mới")


def request_code(
    email: str, language: str, who_limits: WhoLimits, ttl: int, now: datetime, *, visitor: str | None = None
) -> SignInAttempt:
    """Begin to sign in: an attempt, and the fact that makes the letter. The same for known and unknown addresses.

    `who_limits` are the keys of the account and of the network address. The second click of a double click
    gets the first one's attempt and no second letter. Raises Refusal for a bad address and TooMany.
    """
    email = rules.read_email(email)
    limits.queue_for(f"code {email}")
    sent = (SignInAttempt.expires_at > SignInAttempt.created_at) & SignInAttempt.for_member_id.is_(None)
    mine = (SignInAttempt.email == email) & sent
    last = db.session.scalar(select(SignInAttempt).where(mine).order_by(SignInAttempt.id.desc()).limit(1))
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


def enter_code(
    attempt: SignInAttempt, code: str, secret_key: str, who_limits: WhoLimits, now: datetime
) -> Refusal | None:
    """Try a code. A wrong one is *returned* as a Refusal, not raised: the try counts, so it must commit.

    One statement takes the try, so fifty parallel guesses are five. Raises TooMany, and Conflict for a code that
    is used, used up or too old.
    """
    count_guess(who_limits, now)
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
        forgive_guess(who_limits)
        return None
    if tries == CODE_TRIES:
        return Refusal(N_("Mã chưa đúng và đã hết lượt thử. Gửi mã mới"))
    return Refusal(N_("Mã chưa đúng. Bạn còn %(left)s lần thử."), left=CODE_TRIES - tries)


def open_attempt(email: str, language: str, now: datetime, *, visitor: str | None = None) -> SignInAttempt:
    """An attempt that begins with something else than a code: it takes none, and no letter is sent."""
    attempt = SignInAttempt(
        token=secrets.new_token(), email=email, language=language, visitor=visitor, created_at=now, expires_at=now
    )
    db.session.add(attempt)
    db.session.flush()
    return attempt


def count_guess(who_limits: WhoLimits, now: datetime) -> None:
    """Before a code, a password or a second factor is looked at. Raises TooMany.

    They share one count: ten wrong guesses in five minutes are ten, whatever they were guesses at.
    """
    for name, key in _guess_limits(who_limits):
        limits.take(name, key, now)


def forgive_guess(who_limits: WhoLimits) -> None:
    """It was right, so it was no guess: only wrong ones fill the window."""
    for name, key in _guess_limits(who_limits):
        limits.give_back(name, key)


def _guess_limits(who_limits: WhoLimits) -> list[tuple[str, str]]:
    account, address = who_limits
    limited = [
        ("guess:account", account),
        ("guess:address", address),
        ("guess:account+address", f"{account[:30]}{address[:30]}"),
    ]
    return limited if account == address else [*limited, ("guess:global", "")]  # known browsers count by themselves


def enter_second_factor(
    attempt: SignInAttempt, member: Member, code: str, secret_key: str, who_limits: WhoLimits, now: datetime
) -> Refusal | None:
    """Try six digits of the app, or a recovery code. A wrong one is returned, as the try counts. Raises TooMany."""
    count_guess(who_limits, now)
    typed = "".join(filter(str.isalnum, code))
    if typed.isdecimal():
        if not factors.enter_app_code(member.id, rules.digits(typed), secret_key, now):
            return Refusal(N_("Mã chưa đúng hoặc vừa được dùng. Chờ mã tiếp theo hiện ra rồi thử lại."))
    elif not factors.use_recovery_code(member.id, code, secret_key, now):
        return Refusal(N_("Mã dự phòng này chưa đúng, hoặc đã dùng rồi."))
    attempt.second_ok_at = now
    forgive_guess(who_limits)
    return None


def show_passkey(  # noqa: PLR0913  # what is shown, for what, where, and whom a wrong one is counted against
    attempt: SignInAttempt,
    member: Member,
    answer: str,
    site: Site,
    secret_key: str,
    *,
    who_limits: WhoLimits,
    now: datetime,
) -> Refusal | None:
    """Try a browser's answer to the attempt's own challenge. A wrong one is returned, as the try counts."""
    count_guess(who_limits, now)
    fresh = passkeys.challenge(secret_key, "sign in", attempt.token)
    if not passkeys.prove(member.id, answer, fresh, site, now):
        return Refusal(passkeys.FAILED)
    attempt.second_ok_at = now
    forgive_guess(who_limits)
    return None


def finish(attempt: SignInAttempt, now: datetime, demands: Demands) -> Member | None:
    """The member who signs in with this attempt, once. None while an account or a proof is missing.

    Raises Conflict on a second use, and Refusal if the member may not sign in.
    """
    member = queries.member_by_email(attempt.email)
    if member is None or next_step(attempt, member, queries.factors(member.id), now, demands) is not Step.DONE:
        return None
    use_attempt(attempt, now)
    policy.require_active(member)
    return member


def use_attempt(attempt: SignInAttempt, now: datetime) -> None:
    """Of fifty at once, one passes; the others get a Conflict."""
    proven = SignInAttempt.code_ok_at.is_not(None) | SignInAttempt.password_ok_at.is_not(None)
    unused = (SignInAttempt.id == attempt.id) & SignInAttempt.used_at.is_(None) & proven
    used = update(SignInAttempt).where(unused).values(used_at=now).returning(SignInAttempt.id)
    if db.session.execute(used).first() is None:
        raise Conflict(CODE_GONE)
