"""Letters: written with the fact that causes them, claimed, marked, given up. Nothing here touches the network.

Every change of a letter under way names its owner and the states it may come from, so a worker that is
late cannot overwrite what a newer owner did.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from email.utils import parseaddr
from random import SystemRandom
from typing import Any

from sqlalchemy import func, or_, select, update

from portal import database
from portal.accounts.credentials import SecurityEvent
from portal.accounts.events import (
    AddressChangeRequested,
    CodeRequested,
    MemberRegistered,
    MemberSuspended,
    RoleGranted,
    RoleRevoked,
    SecurityChanged,
    SuspensionLifted,
)
from portal.accounts.models import RoleGrant, Suspension
from portal.database import db, insert_ignore
from portal.discussion.models import Comment
from portal.ideas import queries as ideas
from portal.ideas.events import CoAuthorInvited, IdeaAdvanced, IdeaSubmitted
from portal.ideas.models import Idea, IdeaAuthor
from portal.moderation import duty
from portal.moderation import queries as moderation
from portal.moderation.events import CaseDecided, CaseEscalated, CaseOverdue, DangerReported, DecisionUndone
from portal.moderation.models import Case, Decision
from portal.notifications.catalogue import KINDS
from portal.notifications.failures import Failure, Later, Refused, Unanswered
from portal.notifications.models import IS_HELD, IS_PENDING, STEPS, Letter
from portal.settings import Settings

FROM_PEOPLE = ("web", "api")  # an import of ten thousand old papers is no occasion for ten thousand letters
KIND_OF_OUTCOME = {
    "approve": "idea_published",
    "return": "idea_needs_changes",
    "reject": "idea_not_published",
    "merge": "idea_merged",
}
GATHER_LATE = 600  # seconds
MAX_ATTEMPTS = 8  # of a letter that breaks us, or the connection
GIVE_UP_AFTER = timedelta(days=3)  # on a server that keeps saying "later"
DELAYS = (2, 4, 8, 16, 32, 64, 128, 256, 512, 900)
"""Seconds until the next try, by the number of tries so far; the last holds from then on. Each is an upper bound:
the time is drawn between nothing and it, so that no herd comes back with a server."""
_random = SystemRandom()


# --- what is written after which fact -----------------------------------------------------------


def write_sign_in_code(event: CodeRequested, settings: Settings) -> None:
    """To the address of the attempt, whether or not it has an account: the answer must not tell."""
    _write(settings, "sign_in_code", event.attempt_id, None, attempt_id=event.attempt_id)


def write_email_change_code(event: AddressChangeRequested, settings: Settings) -> None:
    _write(settings, "email_change_code", event.attempt_id, None, attempt_id=event.attempt_id)


def write_security_event(event: SecurityChanged, settings: Settings) -> None:
    """To whoever the account belongs to; about a changed address, to the old one."""
    found = select(SecurityEvent.member_id, SecurityEvent.kind).where(SecurityEvent.id == event.event_id)
    row = db.session.execute(found).one()
    kind = row.kind if row.kind in {"new_device", "email_changed"} else "security_changed"
    _write(settings, kind, event.event_id, row.member_id, event_id=event.event_id)


def write_welcome(event: MemberRegistered, settings: Settings) -> None:
    _write(settings, "welcome", event.member_id, event.member_id)


def write_idea_received(event: IdeaSubmitted, settings: Settings) -> None:
    """Once for a new idea and once for each time it was sent back, however often its author polishes it meanwhile."""
    idea = db.session.execute(select(Idea.author_id, Idea.source).where(Idea.id == event.idea_id)).one()
    if idea.source in FROM_PEOPLE:
        returned = select(func.max(Decision.id)).where(Decision.idea_id == event.idea_id, Decision.outcome == "return")
        about = f"{event.idea_id}:{db.session.scalar(returned) or 0}"
        _write(settings, "idea_received", about, idea.author_id, idea_id=event.idea_id, version=event.version)


def write_co_author_invited(event: CoAuthorInvited, settings: Settings) -> None:
    member_id = db.session.scalar(select(IdeaAuthor.member_id).where(IdeaAuthor.id == event.invitation_id))
    if member_id is not None:  # it may be taken back already
        _write(settings, "co_author_invited", event.invitation_id, member_id, invitation_id=event.invitation_id)


def write_role_granted(event: RoleGranted, settings: Settings) -> None:
    _write_of_role(event.grant_id, settings, given=1)


def write_role_revoked(event: RoleRevoked, settings: Settings) -> None:
    _write_of_role(event.grant_id, settings, given=0)


def _write_of_role(grant_id: int, settings: Settings, *, given: int) -> None:
    member_id = db.session.get_one(RoleGrant, grant_id).member_id
    _write(settings, "role_changed", f"{grant_id}:{given}", member_id, grant_id=grant_id, given=given)


def write_suspended(event: MemberSuspended, settings: Settings) -> None:
    _write_of_suspension("account_suspended", event.suspension_id, settings)


def write_restored(event: SuspensionLifted, settings: Settings) -> None:
    _write_of_suspension("account_restored", event.suspension_id, settings)


def _write_of_suspension(kind: str, suspension_id: int, settings: Settings) -> None:
    member_id = db.session.get_one(Suspension, suspension_id).member_id
    _write(settings, kind, suspension_id, member_id, suspension_id=suspension_id)


def write_decision(event: CaseDecided, settings: Settings) -> None:
    """Due when the decision can no longer be undone. A decision about a comment is not mailed."""
    decision = db.session.execute(
        select(Decision.id, Decision.outcome, Decision.decided_at, Decision.idea_id, Idea.author_id, Case.kind)
        .join(Idea, Idea.id == Decision.idea_id)
        .join(Case, Case.id == Decision.case_id)
        .where(Decision.id == event.decision_id)
    ).one()
    if decision.kind == "appeal":
        due = decision.decided_at + timedelta(seconds=settings.undo_window)
        ids = {"decision_id": decision.id, "idea_id": decision.idea_id}
        _write(settings, "appeal_answered", decision.id, decision.author_id, due, **ids)
    elif decision.kind in {"idea", "merge"}:
        due = decision.decided_at + timedelta(seconds=settings.undo_window)
        kind = KIND_OF_OUTCOME[decision.outcome]
        ids = {"decision_id": decision.id, "idea_id": decision.idea_id}
        _write(settings, kind, decision.id, decision.author_id, due, **ids)
        if decision.outcome == "merge":
            for voter_id in moderation.movers(event.decision_id):
                about = f"{decision.id}:{voter_id}"
                _write(settings, "vote_moved", about, voter_id, due, **ids)


def write_post_alert(member_id: int, hour: str, waited: int, dead: int, settings: Settings) -> None:
    """To an administrator, once an hour. `waited` is the age of the oldest due letter in seconds."""
    _write(settings, "post_alert", f"{hour}:{member_id}", member_id, waited=waited, dead=dead)


def write_step(event: IdeaAdvanced, settings: Settings) -> None:
    """To everybody who wrote the idea."""
    for member_id in sorted(ideas.writers(event.idea_id)):
        _write(settings, "idea_step", f"{event.event_id}:{member_id}", member_id, event_id=event.event_id)


def write_hidden(event: CaseDecided, settings: Settings) -> None:
    """To the writer of what a moderator hid after reports, when it can no longer be undone: why, and what now."""
    row = db.session.execute(
        select(Decision.outcome, Decision.decided_at, Case.kind, Case.comment_id, Idea.author_id, Comment.member_id)
        .join(Case, Case.id == Decision.case_id)
        .join(Idea, Idea.id == Case.idea_id)
        .outerjoin(Comment, Comment.id == Case.comment_id)
        .where(Decision.id == event.decision_id)
    ).one()
    if (row.kind, row.outcome) == ("report", "reject"):
        due = row.decided_at + timedelta(seconds=settings.undo_window)
        writer = row.member_id if row.comment_id else row.author_id
        _write(settings, "content_hidden", event.decision_id, writer, due, decision_id=event.decision_id)


def write_urgent_report(event: DangerReported, settings: Settings) -> None:
    """At once to everybody on duty for the unit, once for each case."""
    unit_id = db.session.execute(select(Case.unit_id).where(Case.id == event.case_id)).scalar_one()
    for member_id in duty.moderators(unit_id, database.now()):
        _write(settings, "urgent_report", f"{event.case_id}:{member_id}", member_id, case_id=event.case_id)


def write_cases_late(event: CaseOverdue | CaseEscalated, settings: Settings) -> None:
    """To those who answer for the case now. Ten minutes of lateness make one letter, however many cases they are."""
    moment = database.now()
    unit_id = db.session.scalar(select(Case.unit_id).where(Case.id == event.case_id))
    bucket, wait = divmod(int(moment.timestamp()), GATHER_LATE)
    due = moment + timedelta(seconds=GATHER_LATE - wait)
    for member_id in duty.moderators(unit_id, moment):
        _write(settings, "cases_late", f"{member_id}:{bucket}", member_id, due)


def cancel_decision(event: DecisionUndone, settings: Settings) -> None:
    """Nobody hears of what was undone in time; whoever has heard of it is told that a person looks again.

    What is in a worker's hands at this moment is stopped by the last look before sending.
    """
    keys = [f"{kind}:{event.decision_id}" for kind in (*KIND_OF_OUTCOME.values(), "content_hidden", "appeal_answered")]
    about = or_(Letter.dedup_key.in_(keys), Letter.dedup_key.startswith(f"vote_moved:{event.decision_id}:"))
    waiting = update(Letter).where(about, IS_PENDING)
    db.session.execute(waiting.values(state="cancelled", last_text="the decision was undone"))
    told = select(Letter.recipient_id).where(Letter.dedup_key.in_(keys), Letter.state.in_(("sending", "sent")))
    if (author_id := db.session.scalar(told)) is not None:
        idea_id = db.session.scalar(select(Decision.idea_id).where(Decision.id == event.decision_id)) or 0
        _write(settings, "decision_reopened", event.decision_id, author_id, idea_id=idea_id)


def _write(
    settings: Settings, kind: str, about: object, recipient_id: int | None, due: datetime | None = None, **ids: int
) -> None:
    """Write a letter, once: a second one of its kind about the same thing changes nothing."""
    moment = database.now()
    row = insert_ignore(Letter.__table__).values(
        kind=kind,
        delivery=KINDS[kind].delivery,
        dedup_key=f"{kind}:{about}",
        recipient_id=recipient_id,
        idea_id=ids.get("idea_id"),
        payload=ids,
        message_id=new_message_id(settings.mail_from),
        next_at=due or moment,
        created_at=moment,
    )
    db.session.execute(row)


def write_many(
    settings: Settings, kind: str, recipients: Iterable[int | None], due: datetime, about: str = "", **ids: int | str
) -> None:
    """One letter of a kind to each of many, in one statement."""
    moment = database.now()
    rows = [
        {
            "kind": kind,
            "delivery": KINDS[kind].delivery,
            "dedup_key": f"{kind}:{about or secrets.token_hex(8)}:{recipient_id}",
            "recipient_id": recipient_id,
            "payload": ids,
            "message_id": new_message_id(settings.mail_from),
            "next_at": due,
            "created_at": moment,
            "attempts": 0,
            "repeat_risk": 0,
            "state": "pending",
        }
        for recipient_id in recipients
    ]
    if rows:
        db.session.execute(insert_ignore(Letter.__table__), rows)


def new_message_id(mail_from: str) -> str:
    """Fixed when the letter is written, so that a repeat can be known as one."""
    return f"<o.{secrets.token_hex(8)}@{parseaddr(mail_from)[1].rpartition('@')[2]}>"


# --- the way of a letter ------------------------------------------------------------------------


def claim(owner: str, batch: int, lease: int, now: datetime, kinds: Collection[str] | None = None) -> list[Letter]:
    """Take up to `batch` due letters for `owner`, the oldest first. Two callers never get the same one."""
    due = select(Letter.id).where(IS_PENDING, Letter.next_at <= now)
    if kinds is not None:
        due = due.where(Letter.kind.in_(kinds))
    due = due.order_by(Letter.next_at, Letter.id).limit(batch).with_for_update(skip_locked=True)
    taken = (
        update(Letter)
        .where(Letter.id.in_(db.session.scalars(due).all()), IS_PENDING)
        .values(state="claimed", owner=owner, lease_until=now + timedelta(seconds=lease))
        .returning(Letter)
        .execution_options(synchronize_session=False, populate_existing=True)
    )
    letters = sorted(db.session.scalars(taken), key=lambda letter: (letter.next_at, letter.id))
    for letter in letters:
        db.session.expunge(letter)  # what the sender knows of it does not change under its hands
    return letters


def mark_sending(letter: Letter, owner: str, lease: int, now: datetime, address_key: str | None = None) -> bool:
    """Commit this just before the message leaves. False: somebody else has the letter now."""
    return _move(letter, owner, "sending", lease_until=now + timedelta(seconds=lease), address_key=address_key)


def put_off(letter: Letter, owner: str, seconds: float, why: str) -> bool:
    """Back to the others, unharmed, and not before so many seconds."""
    due = database.now() + timedelta(seconds=seconds)
    return _move(letter, owner, "pending", owner=None, lease_until=None, next_at=due, last_text=why)


def mark_sent(letter: Letter, owner: str, code: int, text: str) -> bool:
    """The server has it. That stays true if our lease has lapsed, so it also stops a second sending not yet begun."""
    ours_or_free = or_(Letter.owner == owner, Letter.state != "sending")
    known = {"sent_at": database.now(), "attempts": letter.attempts + 1, "last_code": code, "last_text": text}
    return _move(letter, None, "sent", ours_or_free, **known)


def mark_failed(letter: Letter, owner: str, failure: Failure) -> bool:
    """Try again later, or never, by what the failure says of the letter."""
    return _move(letter, owner, **_after(letter, failure, database.now()))


def cancel(letter: Letter, owner: str, why: str) -> bool:
    return _move(letter, owner, "cancelled", last_text=why)


def release(owner: str) -> None:
    """Put back, unharmed, what `owner` claimed and did not begin to send."""
    mine = update(Letter).where(Letter.owner == owner, Letter.state == "claimed")
    db.session.execute(mine.values(state="pending", owner=None, lease_until=None))


def take_back(now: datetime) -> None:
    """Letters whose worker is gone. Claimed ones are safe to send; of those that were leaving nobody can know."""
    lapsed = select(Letter).where(IS_HELD, Letter.lease_until < now).with_for_update(skip_locked=True)
    for letter in db.session.scalars(lapsed.execution_options(populate_existing=True)).all():
        if letter.state == "claimed":
            letter.state, letter.owner, letter.lease_until = "pending", None, None
        else:
            for name, value in _after(letter, Unanswered("the process that sent it was lost"), now).items():
                setattr(letter, name, value)


def verdict(letter: Letter, failure: Failure, now: datetime) -> str:
    """The state a letter is in after a failure."""
    tired = letter.attempts + 1 >= MAX_ATTEMPTS
    match failure:
        case Refused():
            return "dead"
        case Later():  # greylisting and full mailboxes pass: time decides, not the number of tries
            return "dead" if now - letter.created_at > GIVE_UP_AFTER else "pending"
        case Unanswered():
            return "uncertain" if tired or letter.delivery == "at_most_once" else "pending"
        case _:
            return "dead" if tired else "pending"


def _after(letter: Letter, failure: Failure, now: datetime) -> dict[str, Any]:
    attempts = letter.attempts + 1
    wait = _random.uniform(0, DELAYS[min(attempts, len(DELAYS)) - 1])
    return {
        "state": verdict(letter, failure, now),
        "attempts": attempts,
        "repeat_risk": letter.repeat_risk + isinstance(failure, Unanswered),
        "next_at": now + timedelta(seconds=wait),
        "last_code": failure.code,
        "last_text": failure.text,
        "owner": None,
        "lease_until": None,
    }


def _move(letter: Letter, by: str | None, state: str, *conditions: Any, **values: Any) -> bool:
    """Change the state if the letter is still `by`'s and STEPS allows it; say whether it was."""
    step = update(Letter).where(
        Letter.id == letter.id, Letter.state.in_([old for old in STEPS if state in STEPS[old]]), *conditions
    )
    if by is not None:
        step = step.where(Letter.owner == by)
    step = step.values(state=state, **values).returning(Letter.id).execution_options(synchronize_session=False)
    return db.session.scalar(step) is not None
