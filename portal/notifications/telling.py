"""Letters about people themselves, written with the fact that causes them, and forgotten with the person."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Select, String, cast, delete, exists, literal, select, update

from portal import database
from portal.accounts.consents import Guardianship
from portal.accounts.events import (
    ConsentOutgrown,
    CopyReady,
    ErasureAsked,
    ErasureDone,
    GuardianAnswered,
    GuardianAsked,
    MemberErased,
)
from portal.accounts.models import SignInAttempt
from portal.accounts.requests import DataCopy, Erasure
from portal.database import db
from portal.notifications import addresses
from portal.notifications.models import IS_PENDING, LIVE, Letter, LetterPreference, ReturnedMail
from portal.notifications.services import write_many
from portal.settings import Settings

CODES = ("sign_in_code", "email_change_code")
CODES_KEPT = timedelta(hours=20)  # attempts go a day after they have expired (accounts.services.sweep)
KEPT, SWEPT_AT_ONCE = timedelta(days=365), 2000


def ask_guardian(event: GuardianAsked, settings: Settings) -> None:
    """An address that somebody has just typed is tried, even if letters to it came back before."""
    if not event.reminder:
        _revive(event, settings)
    _to_guardian("guardian_reminder" if event.reminder else "guardian_request", event, settings)


def send_receipt(event: GuardianAnswered, settings: Settings) -> None:
    """Who answers has read our letter: the address works."""
    _revive(event, settings)
    _to_guardian("guardian_receipt", event, settings)


def ask_anew(event: ConsentOutgrown, settings: Settings) -> None:
    _to_guardian("guardian_renewal", event, settings, purposes=event.purposes)


def _revive(event: GuardianAsked | GuardianAnswered, settings: Settings) -> None:
    address = db.session.scalar(select(Guardianship.email).where(Guardianship.id == event.guardianship_id))
    if address is not None:
        addresses.revive(addresses.key_of(settings.secret_key, address))


def _to_guardian(
    kind: str, event: GuardianAsked | GuardianAnswered | ConsentOutgrown, settings: Settings, **more: str
) -> None:
    """Filed under the child, so that it goes when the child's data go."""
    child = db.session.scalars(select(Guardianship.member_id).where(Guardianship.id == event.guardianship_id)).one()
    about = f"{event.guardianship_id}:{event.letter}"
    write_many(settings, kind, [child], database.now(), about, guardianship_id=event.guardianship_id, **more)


def confirm_wish(event: ErasureAsked, settings: Settings) -> None:
    member = db.session.scalars(select(Erasure.member_id).where(Erasure.id == event.erasure_id)).one()
    write_many(settings, "erasure_asked", [member], database.now(), str(event.erasure_id), erasure_id=event.erasure_id)


def confirm_erasure(event: ErasureDone, settings: Settings) -> None:
    """To nobody's number: the member is none any more."""
    write_many(settings, "erasure_done", [None], database.now(), str(event.erasure_id), erasure_id=event.erasure_id)


def announce_copy(event: CopyReady, settings: Settings) -> None:
    member = db.session.scalar(select(DataCopy.member_id).where(DataCopy.id == event.copy_id))
    if member is not None:  # a copy may be swept away before the fact is read
        write_many(settings, "data_ready", [member], database.now(), str(event.copy_id), copy_id=event.copy_id)


def forget_codes(now: datetime) -> None:
    """What servers answered to codes whose attempts are about to be forgotten: it often repeats the address."""
    old = select(cast(SignInAttempt.id, String)).where(SignInAttempt.expires_at < now - CODES_KEPT).subquery()
    for kind in CODES:
        its = (Letter.dedup_key.in_(select(literal(f"{kind}:") + old.c[0])), Letter.last_text.is_not(None))
        forgotten = update(Letter).where(*its).values(last_text=None)
        db.session.execute(forgotten.execution_options(synchronize_session=False))


def sweep(now: datetime) -> None:
    """Forget letters that ended a year ago; as many as one short transaction takes, the oldest first."""
    oldest = select(Letter.id).order_by(Letter.id).limit(SWEPT_AT_ONCE).subquery()
    over = (Letter.id.in_(select(oldest.c.id)), Letter.created_at < now - KEPT, Letter.state.not_in(LIVE))
    db.session.execute(delete(Letter).where(*over).execution_options(synchronize_session=False))


def receipts_have_left() -> bool:
    """Whether an address is kept for a receipt that has left, or never will."""
    return db.session.scalar(_receipts_gone().limit(1)) is not None


def forget_receipts() -> None:
    """The address of the erased, and what servers answered to it."""
    gone = list(db.session.scalars(_receipts_gone()))
    db.session.execute(update(Erasure).where(Erasure.id.in_(gone)).values(receipt_to=None))
    keys = [f"erasure_done:{erasure_id}:None" for erasure_id in gone]
    db.session.execute(update(Letter).where(Letter.dedup_key.in_(keys)).values(last_text=None))


def _receipts_gone() -> Select[int]:
    key = "erasure_done:" + cast(Erasure.id, String) + ":None"
    over = exists().where(Letter.dedup_key == key, Letter.state.not_in(LIVE))
    return select(Erasure.id).where(Erasure.receipt_to.is_not(None), over)


def forget_recipient(event: MemberErased) -> None:
    """What waits is cancelled; what servers answered, which often repeats the address, is forgotten."""
    theirs = update(Letter).where(Letter.recipient_id == event.member_id)
    db.session.execute(theirs.where(IS_PENDING).values(state="cancelled"))
    keys = select(Letter.address_key).where(Letter.recipient_id == event.member_id)
    back = delete(ReturnedMail).where(ReturnedMail.key.in_(keys))
    db.session.execute(back.execution_options(synchronize_session=False))
    db.session.execute(theirs.values(last_text=None, address_key=None))
    db.session.execute(delete(LetterPreference).where(LetterPreference.member_id == event.member_id))
    attempt = exists().where(SignInAttempt.id == Letter.payload["attempt_id"].as_integer())
    codes = update(Letter).where(Letter.kind == "sign_in_code", Letter.last_text.is_not(None), ~attempt)
    db.session.execute(codes.values(last_text=None).execution_options(synchronize_session=False))
