"""Letters about people themselves, written with the fact that causes them, and forgotten with the person."""

from __future__ import annotations

from sqlalchemy import delete, exists, select, update

from portal import database
from portal.accounts.consents import Guardianship
from portal.accounts.events import GuardianAnswered, GuardianAsked, MemberErased
from portal.accounts.models import SignInAttempt
from portal.database import db
from portal.notifications.models import IS_PENDING, Letter, LetterPreference
from portal.notifications.services import write_many
from portal.settings import Settings


def ask_guardian(event: GuardianAsked, settings: Settings) -> None:
    _to_guardian("guardian_reminder" if event.reminder else "guardian_request", event, settings)


def send_receipt(event: GuardianAnswered, settings: Settings) -> None:
    _to_guardian("guardian_receipt", event, settings)


def _to_guardian(kind: str, event: GuardianAsked | GuardianAnswered, settings: Settings) -> None:
    """Filed under the child, so that it goes when the child's data go."""
    child = db.session.scalars(select(Guardianship.member_id).where(Guardianship.id == event.guardianship_id)).one()
    about = f"{event.guardianship_id}:{event.letter}"
    write_many(settings, kind, [child], database.now(), about, guardianship_id=event.guardianship_id)


def forget_recipient(event: MemberErased) -> None:
    """What waits is cancelled; what servers answered, which often repeats the address, is forgotten."""
    theirs = update(Letter).where(Letter.recipient_id == event.member_id)
    db.session.execute(theirs.where(IS_PENDING).values(state="cancelled"))
    db.session.execute(theirs.values(last_text=None))
    db.session.execute(delete(LetterPreference).where(LetterPreference.member_id == event.member_id))
    attempt = exists().where(SignInAttempt.id == Letter.payload["attempt_id"].as_integer())
    codes = update(Letter).where(Letter.kind == "sign_in_code", Letter.last_text.is_not(None), ~attempt)
    db.session.execute(codes.values(last_text=None).execution_options(synchronize_session=False))
