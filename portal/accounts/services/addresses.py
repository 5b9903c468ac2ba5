"""Another e-mail address: proved by a code sent there, told to the old one."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from portal.accounts import limits, queries, rules, secrets
from portal.accounts.events import AddressChangeRequested
from portal.accounts.models import Member, SignInAttempt
from portal.accounts.services.sessions import shut_out
from portal.accounts.services.signing_in import RESEND_AFTER, use_attempt
from portal.accounts.services.telling import Place, tell
from portal.database import db
from portal.errors import N_, Refusal
from portal.outbox import services as outbox

TAKEN = N_("Địa chỉ này đã có một tài khoản khác. Chọn địa chỉ khác nhé.")


def request_change(member: Member, email: str, ttl: int, now: datetime) -> SignInAttempt:
    """Begin: a code to the new address. Nothing tells whether somebody has it. Raises Refusal and TooMany.

    A second press within half a minute finds the first one's attempt.
    """
    email = rules.read_email(email)
    if email == member.email:
        raise Refusal(N_("Đây đang là địa chỉ của bạn."), field="email")
    limits.queue_for(f"change {member.id}")
    mine = (SignInAttempt.for_member_id == member.id) & (SignInAttempt.email == email)
    last = db.session.scalar(select(SignInAttempt).where(mine).order_by(SignInAttempt.id.desc()).limit(1))
    if last and last.takes_codes(now) and now - last.created_at < RESEND_AFTER:
        return last
    limits.take("code:account", f"change:{member.id}", now)
    limits.take_mailbox(email, now)
    attempt = SignInAttempt(
        token=secrets.new_token(),
        email=email,
        language=member.language,
        for_member_id=member.id,
        created_at=now,
        expires_at=now + timedelta(seconds=ttl),
    )
    db.session.add(attempt)
    db.session.flush()
    outbox.record(AddressChangeRequested(attempt.id))
    return attempt


def change(attempt: SignInAttempt, member: Member, place: Place, now: datetime, *, keep: int | None) -> None:
    """The code was right: the address becomes the member's, every session but `keep` ends, the old address is told.

    Raises Refusal if somebody else has it: whoever reads that reads that mailbox. Conflict on a second use.
    """
    use_attempt(attempt, now)
    if queries.member_by_email(attempt.email) is not None:
        raise Refusal(TAKEN, status=409)
    old = member.email
    try:
        with db.session.begin_nested():
            db.session.execute(update(Member).where(Member.id == member.id).values(email=attempt.email))
    except IntegrityError as error:
        raise Refusal(TAKEN, status=409) from error
    shut_out(member.id, now, keep=keep)
    tell(member.id, "email_changed", place, now, address=old)
