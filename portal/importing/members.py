"""Members as an operator gives them: by the options of a command, or as the lines of a file."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from portal.accounts import rules, services, terms
from portal.accounts.models import ROLES, Member
from portal.errors import Fault, Refusal
from portal.rules import LANGUAGES
from portal.units.queries import reference

KEYS = ("email", "name", "role", "unit", "birth_date", "language", "guardian")
LONGEST_SUFFIX = 6


@dataclass(frozen=True, kw_only=True)
class Newcomer:
    """A member to be, checked."""

    email: str
    name: str | None
    role: str
    unit_id: int | None
    birth: tuple[int, int] | None
    language: str
    guardian: str | None


def newcomer(values: Mapping[str, Any], today: date) -> Newcomer:
    """Check what was given. Raises Fault with the first thing that is wrong."""
    if unknown := [key for key in values if key not in KEYS]:
        raise Fault(f"'{unknown[0]}' is not known here; known are {', '.join(KEYS)}.")
    given = {key: str(value).strip() for key, value in values.items() if value is not None}
    return Newcomer(
        email=_email(given.get("email", "")),
        name=_name(given.get("name", "")),
        role=_one_of("role", given.get("role") or "member", ROLES),
        unit_id=unit_id(given.get("unit", "")),
        birth=_birth(given.get("birth_date", ""), today),
        language=_one_of("language", given.get("language") or LANGUAGES[0], LANGUAGES),
        guardian=_email(given["guardian"]) if given.get("guardian") else None,
    )


def read_lines(path: Path, today: date) -> Iterator[Newcomer]:
    """The members of a JSONL file. Raises Fault naming the line."""
    seen: dict[str, int] = {}
    try:
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise Fault(f"{path} cannot be read: {error}.") from error
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            one = newcomer(_object(line), today)
        except Fault as fault:
            raise Fault(f"Line {number}: {fault}") from fault
        if first := seen.get(one.email):
            raise Fault(f"Line {number}: {one.email} stands in line {first} already.")
        seen[one.email] = number
        yield one


def welcome(one: Newcomer, now: datetime) -> tuple[Member, bool]:
    """The member with this address, and whether it is new. One who is there already is left as they are.

    A child's account waits for a guardian, who is asked at once if an address was given.
    """
    if known := services.member_by_email(one.email):
        return known, False
    name = free_name(one.name) if one.name else services.free_name(one.language)
    member = services.add_member(
        one.email,
        name,
        now,
        role=one.role,
        language=one.language,
        birth=one.birth,
        unit_id=one.unit_id,
        source="command",
    )
    if terms.needs_guardian(one.birth, now.date()):
        services.wait_for_guardian(member, one.guardian, now)
    return member, True


def free_name(name: str) -> str:
    """The name, or with a number behind it if it is taken: many people are called Nguyễn Văn An."""
    wish = name
    while services.name_taken(wish):
        wish = f"{name[: rules.DISPLAY_NAME.max - LONGEST_SUFFIX]} {secrets.randbelow(99_000) + 1_000}"
    return wish


def unit_id(code: str) -> int | None:
    if not code:
        return None
    unit = reference().unit_by_code.get(code)
    if unit is None:
        raise Fault(f"There is no unit with the code '{code}'.")
    return unit.id


def _object(line: str) -> Mapping[str, Any]:
    try:
        values = json.loads(line)
    except json.JSONDecodeError as error:
        raise Fault(f"not JSON ({error.msg} at character {error.colno}).") from error
    if not isinstance(values, dict):
        raise Fault("not a JSON object.")
    return values


def _email(text: str) -> str:
    try:
        return rules.read_email(text)
    except Refusal as refusal:
        raise Fault(f"'{text}' is not an e-mail address." if text else "the e-mail address is missing.") from refusal


def _name(text: str) -> str | None:
    name = rules.DISPLAY_NAME.clean(text)
    if name and rules.DISPLAY_NAME.fault(name):
        raise Fault(
            f"'{name}' is too short or too long for a name ({rules.DISPLAY_NAME.min} to {rules.DISPLAY_NAME.max})."
        )
    return name or None


def _one_of(what: str, value: str, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise Fault(f"'{value}' is not a {what}; choose from {', '.join(allowed)}.")
    return value


def _birth(text: str, today: date) -> tuple[int, int] | None:
    """Year and month of '2011-05-17' or '2011-05'. Without a date the member is taken for a verified adult."""
    if not text:
        return None
    try:
        day = date.fromisoformat(text if len(text) > len("2011-05") else f"{text}-01")
    except ValueError as error:
        raise Fault(f"'{text}' is not a date; write it as 2001-05-31.") from error
    if rules.check_birth(day.year, day.month, today):
        raise Fault(f"'{text}' cannot be a date of birth.")
    least = terms.ages().least
    if rules.age(day.year, day.month, today) < least:
        raise Fault(f"somebody born on {text} is under {least}, too young for an account.")
    return day.year, day.month
