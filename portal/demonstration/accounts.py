"""The accounts somebody signs in with on a first look, and where their passwords are kept."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import func, select

from portal.accounts import services as accounts
from portal.accounts.models import Member
from portal.accounts.secrets import password_fits
from portal.database import db, now, transaction
from portal.demonstration.loading import SOURCE, is_there, load
from portal.ideas.models import Idea

KEPT_IN = "demo-accounts.txt"
GONE = "The demonstration was removed. `ideabank demo load` brings it back.\n"
SYLLABLES = ("bien", "cay", "chim", "dua", "gao", "gio", "hoa", "khe", "lua", "mai", "may", "mua", "nang", "ngo",
             "nha", "nui", "que", "rung", "sao", "sen", "song", "suoi", "tre", "vuon", "xanh")  # fmt: skip
MEMBER = "banmoi@demo.example"
STAFF = (
    ("kiemduyet@demo.example", "moderator", "Người duyệt thử"),
    ("tochuc@demo.example", "organiser", "Ban tổ chức thử"),
    ("quantri@demo.example", "admin", "Quản trị thử"),
)


@dataclass(frozen=True)
class Account:
    """One line of what is told and kept."""

    role: str
    email: str
    password: str

    def __str__(self) -> str:
        return f"{self.role:<10} {self.email:<24} {self.password}"


def set_up(var_dir: Path) -> list[str]:
    """Load the demonstration unless it was removed or real ideas are there; the lines that tell its accounts."""
    kept = var_dir / KEPT_IN
    if kept.exists() and kept.read_text(encoding="utf-8") == GONE:
        return []
    if not is_there():
        with transaction():
            if not load(now()):
                return []
    return ["  Sign in to the demonstration as", *(f"    {account}" for account in known_accounts(var_dir))]


def known_accounts(var_dir: Path) -> Sequence[Account]:
    """The accounts, as told before if that still holds, else with new passwords."""
    kept = var_dir / KEPT_IN
    told = _read(kept)
    if not _still_true(told):
        with transaction():
            told = open_accounts(now())
        _write(kept, "".join(f"{account}\n" for account in told))
    return told


def forget_accounts(var_dir: Path) -> None:
    """After the removal: the next start does not bring the demonstration back."""
    _write(var_dir / KEPT_IN, GONE)


def open_accounts(now: datetime) -> list[Account]:
    """One account for each role, each with a new password. The member's is that of the author with the most ideas."""
    people = [_author()]
    for email, role, name in STAFF:
        person = accounts.member_by_email(email)
        people.append(person or accounts.add_member(email, name, now, role=role, birth=(1990, 1), source=SOURCE))
    told = []
    for person in people:
        password = new_password()
        accounts.set_password(person, password)
        told.append(Account(person.role, str(person.email), password))
    return told


def _author() -> Member:
    """The author stays the same one, however often the passwords are made anew."""
    person = accounts.member_by_email(MEMBER)
    if person is None:
        busiest = select(Idea.author_id).where(Idea.source == SOURCE).group_by(Idea.author_id)
        first = db.session.scalars(busiest.order_by(func.count().desc(), Idea.author_id).limit(1)).one()
        person = db.session.get_one(Member, first)
        person.email = MEMBER
    return person


def new_password() -> str:
    """Four syllables and a number: quick to type on a phone, 37 bits."""
    return "-".join([*(secrets.choice(SYLLABLES) for _ in range(4)), f"{secrets.randbelow(9000) + 1000}"])


def _still_true(told: Sequence[Account]) -> bool:
    """Whether these are the accounts of this database: DATABASE_URL may name another than last time."""
    if len(told) != len(STAFF) + 1:
        return False
    person = accounts.member_by_email(told[0].email)
    return person is not None and password_fits(told[0].password, person.password_hash)


def _read(kept: Path) -> list[Account]:
    if not kept.exists():
        return []
    lines = (line.split() for line in kept.read_text(encoding="utf-8").splitlines())
    return [Account(*parts) for parts in lines if len(parts) == len(Account.__dataclass_fields__)]


def _write(kept: Path, content: str) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.touch(mode=0o600)
    kept.write_text(content, encoding="utf-8")
