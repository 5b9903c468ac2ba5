"""Members: made behind a proven address or by a command, and what they change about themselves."""

from __future__ import annotations

import itertools
import secrets as random
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError

from portal import text
from portal.accounts import queries, rules, secrets, terms
from portal.accounts.events import MemberRegistered
from portal.accounts.models import Member, SignInAttempt
from portal.accounts.services.granting import give_role
from portal.accounts.services.sessions import shut_out
from portal.accounts.services.signing_in import CODE_GONE, use_attempt
from portal.accounts.steps import Demands, Step, next_step
from portal.database import db
from portal.errors import N_, Conflict, Refusal
from portal.outbox import services as outbox
from portal.rules import Invalid
from portal.units.queries import reference

NAME_TAKEN = N_("Tên này đã có người dùng. Thử thêm một chữ.")


class TooYoung(Refusal):
    """Under the age of an account of one's own here."""

    status = 403

    def __init__(self, min_age: int) -> None:
        super().__init__(N_("Bạn cần đủ %(age)s tuổi để tự lập tài khoản."), age=min_age)


def register(
    attempt: SignInAttempt,
    display_name: str,
    birth: tuple[int | None, int | None],
    unit_id: int | None,
    now: datetime,
    *,
    min_age: int,
) -> Member:
    """Make the account behind a proven address. Raises Invalid with every fault, TooYoung, or Conflict on a second use."""
    name, known = check_newcomer(display_name, birth, now)
    if rules.age(*known, now.date()) < min_age:
        raise TooYoung(min_age)
    use_attempt(attempt, now)
    member = add_member(attempt.email, name, now, language=attempt.language, birth=known, unit_id=unit_id)
    outbox.record(MemberRegistered(member.id))
    return member


def check_newcomer(
    display_name: str, birth: tuple[int | None, int | None], now: datetime
) -> tuple[str, tuple[int, int]]:
    """The name as it is kept, and year and month of birth. Raises Invalid with every fault."""
    name = rules.DISPLAY_NAME.clean(display_name)
    year, month = birth
    faults = {"display_name": name_fault(name), "birth_year": rules.check_birth(year, month, now.date())}
    if errors := {field: fault for field, fault in faults.items() if fault}:
        raise Invalid(errors)
    assert year is not None and month is not None  # noqa: S101, PT018  # check_birth has looked
    return name, (year, month)


def add_member(  # noqa: PLR0913  # one row has these
    email: str | None,
    display_name: str,
    now: datetime,
    *,
    role: str = "member",
    language: str = "vi",
    birth: tuple[int, int] | None = None,
    unit_id: int | None = None,
    source: str = "web",
    external_id: str | None = None,
    minor: bool = False,
) -> Member:
    """Insert a member; the handle is random, so that it tells nothing. A role is held for the member's unit.

    Without a unit it is held everywhere.
    Raises Refusal for a bad address, and Invalid if somebody took the name or the address at the same moment.
    """
    member = Member(
        handle=random.token_hex(5),
        email=rules.read_email(email) if email else None,
        display_name=display_name,
        name_fold=name_key(display_name),
        language=language,
        birth_year=birth[0] if birth else None,
        birth_month=birth[1] if birth else None,
        unit_id=unit_id,
        source=source,
        external_id=external_id,
        minor=minor,
        created_at=now,
    )
    db.session.add(member)
    try:
        db.session.flush()
    except IntegrityError as error:
        raise Invalid({"display_name": Refusal(NAME_TAKEN)}) from error
    if role != "member":
        give_role(None, member, role, unit_id or reference().centre.id, now)
    return member


def update_profile(member: Member, display_name: str, language: str, unit_id: int | None) -> None:
    """Change what others see of a member, and the language of the letters. Raises Invalid."""
    name = rules.DISPLAY_NAME.clean(display_name)
    if name != member.display_name and (fault := name_fault(name, of=member.id)):
        raise Invalid({"display_name": fault})
    if not member.may("name") and not rules.is_pseudonym(name):
        raise Invalid({"display_name": Refusal(N_("Phụ huynh chưa cho phép hiện tên bạn tự chọn."))})
    values = {"display_name": name, "name_fold": name_key(name), "language": language, "unit_id": unit_id}
    try:
        db.session.execute(update(Member).where(Member.id == member.id).values(**values))
    except IntegrityError as error:
        raise Invalid({"display_name": Refusal(NAME_TAKEN)}) from error


def set_language(member_id: int, language: str) -> None:
    """The language of a member's letters."""
    db.session.execute(update(Member).where(Member.id == member_id).values(language=language))


def correct_birth(member: Member, birth: tuple[int | None, int | None], now: datetime) -> None:
    """Set month and year of birth right. Raises Invalid where a person has to decide.

    That is where another age asks for other consents, and where somebody under age would be older than they said:
    the guardian's word would count for a shorter time.
    """
    year, month = birth
    if fault := rules.check_birth(year, month, now.date()):
        raise Invalid({"birth_year": fault})
    assert year is not None and month is not None  # noqa: S101, PT018  # check_birth has looked
    known, today = terms.known_birth(member), now.date()
    earlier = known is not None and (year, month) < known and terms.is_minor(member, today)
    if earlier or terms.band((year, month), today) != terms.band(known, today):
        raise Invalid(
            {"birth_year": Refusal(N_("Với tháng năm này, cần người xem giúp: viết thư cho chúng mình nhé."))}
        )
    db.session.execute(update(Member).where(Member.id == member.id).values(birth_year=year, birth_month=month))


# --- display names ------------------------------------------------------------------------------


def name_key(name: str) -> str:
    """What is unique of a name. One without a letter to fold (an import may bring such) gets a random key."""
    return text.fold(name)[:80] or random.token_hex(8)


def name_fault(name: str, of: int | None = None) -> Refusal | None:
    """What is wrong with a cleaned name for a new member, or for the member `of`."""
    if fault := rules.name_fault(name):
        return fault
    return Refusal(NAME_TAKEN) if name_taken(name, of) else None


def name_taken(name: str, of: int | None = None) -> bool:
    """Whether somebody (but `of`) has this name, or one that looks the same."""
    owner = db.session.scalar(select(Member.id).where(Member.name_fold == name_key(name)))
    return owner not in {None, of}


def free_name(language: str = "vi") -> str:
    """A pseudonym nobody has: 'Bạn trẻ 48213'. It grows a digit when many of that length are taken."""
    for tries in itertools.count():
        smallest = 10 ** (4 + tries // 10)
        name = f"{'Young voice' if language == 'en' else 'Bạn trẻ'} {smallest + random.randbelow(9 * smallest)}"
        if name_fault(name) is None:
            break
    return name


# --- passwords ----------------------------------------------------------------------------------


def hash_new_password(member: Member, password: str) -> str:
    """Check a new password and hash it: slow on purpose, so never inside a transaction. Raises Refusal."""
    if fault := rules.password_fault(password, member.email or "", member.display_name):
        fault.field = "password"
        raise fault
    return secrets.hash_password(password)


def change_password(member: Member, hashed: str, now: datetime, *, keep: int | None = None) -> None:
    """Keep a new password's hash; whoever knew the old one is out, but for the session `keep`."""
    db.session.execute(update(Member).where(Member.id == member.id).values(password_hash=hashed))
    shut_out(member.id, now, keep=keep)


def choose_password(attempt: SignInAttempt, member: Member, hashed: str, now: datetime, demands: Demands) -> None:
    """Staff who have none choose one on the way in, and so do those who forgot theirs, by code and second factor."""
    if next_step(attempt, member, queries.factors(member.id), now, demands) is not Step.CHOOSE_PASSWORD:
        raise Conflict(CODE_GONE)
    change_password(member, hashed, now)
    attempt.password_ok_at = now


def set_password(member: Member, password: str) -> None:
    """For commands, where nobody waits. Raises Refusal."""
    member.password_hash = hash_new_password(member, password)
