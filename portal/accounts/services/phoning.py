"""Proving a telephone number: a code is asked for, handed to the gateway by the worker, and typed back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import delete, func, select, update

from portal.accounts import limits, secrets
from portal.accounts.events import PhoneCodeRequested
from portal.accounts.models import CODE_TRIES, Member
from portal.accounts.phones import IS_TO_SEND, Phone, latest
from portal.accounts.services.signing_in import CODE_GONE, RESEND_AFTER
from portal.accounts.services.telling import Place, tell
from portal.accounts.sms import read_number
from portal.database import db
from portal.errors import N_, Conflict, Refusal
from portal.outbox import services as outbox

MOST_ACCOUNTS = 5  # by one number: a family's
MINUTE, LEASE = timedelta(minutes=1), timedelta(seconds=30)  # longer than the gateway may take
TEXTS = {  # letters of the plain alphabet: with others a message holds 70 instead of 160
    "vi": "Nay: ma cua ban la {code}, dung trong {minutes} phut. Khong dua ma cho ai.",
    "en": "Nay: your code is {code}, good for {minutes} min. Give it to nobody.",
}


class Message(NamedTuple):
    """What the gateway is given. `reference` stays the same when it is sent again."""

    phone_id: int
    number: str
    text: str
    reference: str


def ask_phone_code(member: Member, typed: str, language: str, ttl: int, now: datetime) -> Phone:
    """A code to a number. The second click of a double click gets the first one's. Raises Refusal and TooMany."""
    number = read_number(typed)
    limits.queue_for(f"phone {member.id}")
    last = latest(member.id)
    if last and last.number == number and last.takes_codes(now) and now - last.created_at < RESEND_AFTER:
        return last
    if _accounts_of(number, but=member.id) >= MOST_ACCOUNTS:
        raise Refusal(N_("Số này đã dùng cho nhiều tài khoản. Dùng số khác nhé."), field="phone")
    limits.take("sms:account", str(member.id), now)
    limits.take("sms:number", number[1:], now)
    limits.take("sms:global", "", now)
    row = Phone(member_id=member.id, number=number, token=secrets.new_token(), language=language)
    row.created_at = row.next_at = now
    row.expires_at = now + timedelta(seconds=ttl)
    db.session.add(row)
    db.session.flush()
    outbox.record(PhoneCodeRequested(row.id))
    return row


def enter_phone_code(phone: Phone, code: str, secret_key: str, place: Place, now: datetime) -> Refusal | None:
    """Try a code. A wrong one is returned, not raised, so that the try counts. Raises Conflict for one used or too old."""
    open_ones = (Phone.id == phone.id, Phone.tries < CODE_TRIES, Phone.verified_at.is_(None), Phone.expires_at > now)
    tries = db.session.scalar(update(Phone).where(*open_ones).values(tries=Phone.tries + 1).returning(Phone.tries))
    if tries is None:
        raise Conflict(CODE_GONE)
    if not secrets.same(code, secrets.six_digits(secret_key, phone.token)):
        return Refusal(N_("Mã chưa đúng. Bạn còn %(left)s lần thử."), left=CODE_TRIES - tries)
    db.session.execute(delete(Phone).where(Phone.member_id == phone.member_id, Phone.id != phone.id))
    db.session.execute(update(Phone).where(Phone.id == phone.id).values(verified_at=now, next_at=None))
    tell(phone.member_id, "phone_set", place, now)
    return None


def _accounts_of(number: str, *, but: int) -> int:
    theirs = select(func.count()).where(Phone.number == number, Phone.verified_at.is_not(None), Phone.member_id != but)
    return db.session.scalar(theirs) or 0


# --- for the worker: claim, send, mark -------------------------------------------------------------------


def claim_message(secret_key: str, now: datetime) -> Message | None:
    """The next message to hand over; if nobody says what became of it, it is due again when the lease ends."""
    due = select(Phone).where(IS_TO_SEND, Phone.next_at <= now, Phone.expires_at > now).order_by(Phone.next_at).limit(1)
    row = db.session.scalars(due.with_for_update(skip_locked=True).execution_options(populate_existing=True)).first()
    if row is None:
        return None
    row.next_at, row.attempts = now + LEASE, row.attempts + 1
    code, minutes = secrets.six_digits(secret_key, row.token), round((row.expires_at - row.created_at) / MINUTE)
    words = TEXTS[row.language].format(code=code, minutes=minutes)
    return Message(row.id, row.number, words, secrets.digest(row.token)[:16])


def message_taken(phone_id: int, now: datetime) -> None:
    _mark(phone_id, sent_at=now, next_at=None)


def message_refused(phone_id: int, now: datetime) -> None:
    _mark(phone_id, refused_at=now, next_at=None)


def message_later(phone_id: int, now: datetime) -> None:
    """2, 4, 8, … seconds, as long as the code is good for anything."""
    row = db.session.get_one(Phone, phone_id, populate_existing=True)
    _mark(phone_id, next_at=now + timedelta(seconds=2 ** min(row.attempts, 6)))


def _mark(phone_id: int, **values: datetime | None) -> None:
    db.session.execute(update(Phone).where(Phone.id == phone_id, Phone.verified_at.is_(None)).values(**values))
