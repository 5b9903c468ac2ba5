"""A child's account: a guardian is asked, reminded, answers, changes their mind; the child confirms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import select, update

from portal.accounts import consents, limits, queries, rules, secrets, terms
from portal.accounts.consents import Consent, Guardianship
from portal.accounts.events import ConsentChanged, GuardianAnswered, GuardianAsked
from portal.accounts.models import IS_OPEN, Member, SignInAttempt, Suspension
from portal.accounts.services.erasing import erase
from portal.accounts.services.members import TooYoung, add_member, check_newcomer, free_name, name_key, name_taken
from portal.accounts.services.sessions import shut_out
from portal.accounts.services.signing_in import use_attempt
from portal.database import db
from portal.errors import N_, Conflict, Refusal
from portal.outbox import services as outbox
from portal.rules import Invalid

Shown = Mapping[str, str]
"""By purpose, the words that were read when the yes was given."""


def register_child(
    attempt: SignInAttempt,
    display_name: str,
    birth: tuple[int | None, int | None],
    unit_id: int | None,
    now: datetime,
    *,
    guardian: str,
) -> Member:
    """Make a child's account that waits, and ask the guardian. The name typed is shown only once both say yes to it.

    Raises Invalid with every fault, TooYoung, or Conflict on a second use.
    """
    name, known = check_newcomer(display_name, birth, now)
    if rules.age(*known, now.date()) < terms.ages().least:
        raise TooYoung(terms.ages().least)
    use_attempt(attempt, now)
    limits.take_mailbox(rules.read_email(guardian), now)
    public = name if rules.is_pseudonym(name) else free_name(attempt.language)
    member = add_member(attempt.email, public, now, language=attempt.language, birth=known, unit_id=unit_id)
    record_yes(member.id, "member", {"account": consents.PURPOSES["account"].to_child}, attempt.language, now)
    wait_for_guardian(member, guardian, now, wished_name=name)
    return member


def wait_for_guardian(member: Member, guardian: str | None, now: datetime, *, wished_name: str = "") -> None:
    """Nothing of this account is public or counted until a guardian agrees; ask them if we know where."""
    member.status, member.purposes = "waiting", ""
    if not rules.is_pseudonym(member.display_name):
        wished_name = wished_name or member.display_name
        _rename(member, free_name(member.language))
    if guardian:
        ask_guardian(member, guardian, now, wished_name=wished_name)


def ask_guardian(member: Member, email: str, now: datetime, *, wished_name: str = "") -> Guardianship:
    """Write to the guardian: for the first time, again, or at another address (the old link is then worth nothing).

    Raises Conflict when the guardian has answered already, and TooMany.
    """
    email = rules.read_email(email)
    limits.take("guardian:letter", str(member.id), now)
    row = _of(member.id)
    if row is None:
        row = Guardianship(
            member_id=member.id,
            key=secrets.new_token(),
            email=email,
            language=member.language,
            wished_name="" if wished_name == member.display_name else wished_name,
            letters=0,
            asked_at=now,
        )
        db.session.add(row)
    if row.state not in {None, "waiting"}:
        raise Conflict(N_("Phụ huynh của bạn đã trả lời rồi."))
    if row.email != email:
        row.email, row.key = email, secrets.new_token()
    row.next_at = terms.waits().next_after(row.asked_at, now)
    _ask(row)
    return row


def resend(row: Guardianship, now: datetime) -> None:
    """The holder of an old link asks for a new one; it goes to the address we know. Raises TooMany."""
    limits.take("guardian:letter", str(row.member_id), now)
    limits.take_mailbox(row.email or "", now)
    (_ask if row.state == "waiting" else _tell)(row)


def agree(guardianship_id: int, shown: Shown, who: tuple[str, str], language: str, now: datetime) -> Guardianship:
    """Keep the guardian's choices: the first answer, a change of it, or a yes after a no.

    `who` is their name and relation. Raises Invalid, and Conflict once the child's data are gone.
    """
    row, member = locked(guardianship_id)
    name = rules.GUARDIAN_NAME.clean(who[0])
    faults = {
        "purpose": None if "account" in shown else Refusal(N_("Muốn đồng ý thì chọn ít nhất “Con có tài khoản”")),
        "guardian_name": rules.GUARDIAN_NAME.fault(name),
        "relation": None if who[1] in consents.RELATIONS else Refusal(N_("Chọn anh/chị là ai")),
    }
    if errors := {field: fault for field, fault in faults.items() if fault}:
        raise Invalid(errors)
    take_back(member.id, "guardian", now, keep=shown)
    record_yes(member.id, "guardian", shown, language, now)
    row.name, row.relation, row.language = name, who[1], language
    row.state, row.answered_at, row.next_at = "agreed", now, None
    _reopen(member)
    follow(member, row)
    _tell(row)
    return row


def stop(guardianship_id: int, now: datetime) -> Guardianship:
    """The guardian says no, or takes the yes back: what is public of the child goes at once, the rest is erased soon.

    Raises Conflict if that has happened already.
    """
    row, member = locked(guardianship_id)
    if row.state in {"refused", "withdrawn"}:
        raise Conflict(N_("Anh/chị đã trả lời rồi."))
    take_back(member.id, "guardian", now)
    row.state = "withdrawn" if row.state == "agreed" else "refused"
    row.answered_at, row.next_at = now, now + terms.erasure_grace()
    member.status = "closed"
    shut_out(member.id, now)
    follow(member, row)
    _tell(row)
    return row


def confirm(member_id: int, shown: Shown, language: str, now: datetime) -> None:
    """The child says yes to what the guardian allows. Sent again it changes nothing."""
    agreed = select(Guardianship).where(Guardianship.member_id == member_id, Guardianship.state == "agreed")
    row = db.session.scalar(agreed)
    if row is None:
        raise Conflict(N_("Phụ huynh của bạn chưa đồng ý."))
    _, member = locked(row.id)
    record_yes(member_id, "member", shown, language, now)
    follow(member, row)


def remind(now: datetime) -> bool:
    """Do what is due of one guardian's silence or no: a reminder, or in the end erasure. False if nothing is."""
    due = (
        select(Guardianship)
        .where(Guardianship.next_at <= now)
        .order_by(Guardianship.next_at)
        .limit(1)
        .with_for_update(skip_locked=True)
        .execution_options(populate_existing=True)
    )
    row = db.session.scalars(due).first()
    if row is None:
        return False
    waits = terms.waits()
    if row.state == "waiting" and now < row.asked_at + waits.deadline:
        row.next_at = waits.next_after(row.asked_at, now)
        _ask(row, reminder=True)
    else:
        row.next_at = None
        erase(row.member_id, now, asked_by="silence" if row.state == "waiting" else "guardian")
    return True


# --- the record of consent ----------------------------------------------------------------------


def record_yes(member_id: int, giver: str, shown: Shown, language: str, now: datetime, channel: str = "web") -> None:
    """Write down each yes that does not stand yet."""
    standing = queries.standing(member_id)[giver]
    for purpose, words in shown.items():
        if purpose not in standing:
            row = Consent(member_id=member_id, giver=giver, purpose=purpose, language=language, channel=channel)
            row.text_version, row.text_hash, row.given_at = consents.TEXT_VERSION, consents.text_hash(words), now
            db.session.add(row)
    db.session.flush()


def take_back(member_id: int, giver: str, now: datetime, *, keep: Shown | None = None) -> None:
    """Mark each yes as taken back, but for the purposes in `keep`."""
    gone = update(Consent).where(Consent.member_id == member_id, Consent.giver == giver, Consent.withdrawn_at.is_(None))
    db.session.execute(gone.where(Consent.purpose.not_in(keep or ())).values(withdrawn_at=now))


def follow(member: Member, row: Guardianship) -> None:
    """What the child may do is what both said yes to; the rooms hear of it and show or hide what they hold."""
    given = queries.standing(member.id)
    both = given["guardian"] & given["member"]
    member.purposes = " ".join(purpose for purpose in consents.PURPOSES if purpose in both)
    if "name" in both and row.wished_name and not name_taken(row.wished_name, member.id):
        _rename(member, row.wished_name)
    elif "name" not in both and not rules.is_pseudonym(member.display_name):
        row.wished_name = member.display_name
        _rename(member, free_name(member.language))
    db.session.flush()
    outbox.record(ConsentChanged(member.id))


def _reopen(member: Member) -> None:
    """A suspension goes on, also past a no that was taken back; only what comes after it changes."""
    goes_on = update(Suspension).where(Suspension.member_id == member.id, IS_OPEN).values(was="active")
    row = db.session.scalar(goes_on.returning(Suspension.id))
    member.status = "active" if row is None else "suspended"


def _rename(member: Member, name: str) -> None:
    member.display_name, member.name_fold = name, name_key(name)


def _ask(row: Guardianship, *, reminder: bool = False) -> None:
    row.letters += 1
    db.session.flush()
    outbox.record(GuardianAsked(row.id, row.letters, reminder))


def _tell(row: Guardianship) -> None:
    row.letters += 1
    db.session.flush()
    outbox.record(GuardianAnswered(row.id, row.letters))


def _of(member_id: int) -> Guardianship | None:
    mine = select(Guardianship).where(Guardianship.member_id == member_id).with_for_update()
    return db.session.scalar(mine.execution_options(populate_existing=True))


def locked(guardianship_id: int) -> tuple[Guardianship, Member]:
    """Both rows as they are now. Raises Conflict once the child's data are gone."""
    both = (
        select(Guardianship, Member)
        .join(Member, Member.id == Guardianship.member_id)
        .where(Guardianship.id == guardianship_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    row, member = db.session.execute(both).one()
    if member.status == "erased":
        raise Conflict(N_("Dữ liệu của con anh/chị đã được xoá."))
    if not member.is_child:
        raise Conflict(N_("Con anh/chị đã đủ tuổi và tự quyết định về tài khoản của mình."))
    return row, member
