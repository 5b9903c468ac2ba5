"""What an administrator may do to a letter. Each act is recorded in the same transaction."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update

from portal.accounts.models import Member
from portal.audit import services as audit
from portal.database import db
from portal.errors import N_, Conflict, Missing
from portal.ledger.queries import RETURNED, standing
from portal.notifications import pausing
from portal.notifications.models import Letter
from portal.outbox import services as outbox

AGAIN = ("dead", "uncertain", RETURNED)
DISCARD = ("pending", "dead", "uncertain")
MOVED_ON = N_("Thư này vừa chuyển sang trạng thái khác. Tải lại trang để xem.")


def send_again(letter_id: int, actor: Member, now: datetime) -> None:
    """One more attempt, with the same Message-ID. Raises Conflict if the letter was not given up and did not come back."""
    anew = dict.fromkeys(("owner", "lease_until", "put_off_at", "sent_at", "returned_at"))
    _act(letter_id, actor, "letter.again", AGAIN, state="pending", next_at=now, **anew)


def discard(letter_id: int, actor: Member) -> None:
    """Never send it. Raises Conflict if it is sent, or leaving at this moment."""
    _act(letter_id, actor, "letter.discard", DISCARD, state="cancelled", last_text="discarded by an administrator")


def pause(actor: Member, now: datetime) -> None:
    """Stop everything but what people are waiting for at this moment, such as sign-in codes."""
    if pausing.begin(actor.id, now):
        audit.record(actor.id, "letters.pause", "letter", None, {})


def resume(actor: Member) -> None:
    if pausing.end():
        audit.record(actor.id, "letters.resume", "letter", None, {})


def run_facts_again(actor: Member, now: datetime) -> None:
    """What happened and became no letter, because its reactions failed eight times, is looked at anew."""
    if count := outbox.run_again(now):
        audit.record(actor.id, "facts.again", "letter", None, {"facts": count})


def _act(letter_id: int, actor: Member, action: str, old: tuple[str, ...], **values: object) -> None:
    before = db.session.get(Letter, letter_id, populate_existing=True)
    if before is None:
        raise Missing
    was, is_so = standing(before), (Letter.id == letter_id, Letter.state == before.state)
    moved = update(Letter).where(*is_so).values(**values).returning(Letter.id)
    if was not in old or db.session.scalar(moved.execution_options(synchronize_session=False)) is None:
        raise Conflict(MOVED_ON)
    audit.record(actor.id, action, "letter", letter_id, {"from": was, "to": values["state"]})
