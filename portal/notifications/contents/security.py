"""What letters about the way in say: the code for a new address, and what has changed."""

from __future__ import annotations

from datetime import datetime

from portal.accounts import secrets
from portal.accounts.credentials import SECURITY_EVENTS, SecurityEvent
from portal.accounts.devices import browser_and_system
from portal.accounts.models import Member, SignInAttempt
from portal.accounts.queries import mailbox_of
from portal.database import db
from portal.notifications.failures import NotWanted
from portal.notifications.models import Letter
from portal.notifications.recipients import Content
from portal.settings import Settings


def email_change_code(letter: Letter, now: datetime, settings: Settings) -> Content:
    attempt = db.session.get(SignInAttempt, letter.payload["attempt_id"], populate_existing=True)
    if attempt is None or not attempt.takes_codes(now):
        raise NotWanted("the code has expired or is used up")
    minutes = max(1, round((attempt.expires_at - attempt.created_at).total_seconds() / 60))
    code = secrets.six_digits(settings.secret_key, attempt.token)
    return Content(attempt.email, attempt.language, {"code": code, "minutes": minutes})


def event(letter: Letter, _now: datetime, settings: Settings) -> Content:
    """To the member, of a child to the guardian, or to the address it was before; also while the account is suspended."""
    happened = db.session.get_one(SecurityEvent, letter.payload["event_id"])
    member = db.session.get(Member, happened.member_id, populate_existing=True)
    if member is None or member.status == "erased":
        raise NotWanted("the recipient is erased")
    box = mailbox_of(member)
    address = happened.address or box.address
    if address is None:
        raise NotWanted("the recipient has no address")
    values = {
        "name": member.display_name,
        "what": SECURITY_EVENTS[happened.kind],
        "at": happened.at,
        "seen": browser_and_system(happened.device) if happened.device else None,
        "network": happened.network,
        "contact": settings.contact,
        "copied": box.copied and happened.address is None,
    }
    return Content(address, box.language, values)
