"""The ages and waiting times of this portal, from its settings."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import NamedTuple

from portal.accounts import rules
from portal.accounts.models import Member
from portal.settings import current_settings


class Waits(NamedTuple):
    """How long after asking a guardian is reminded, and reminded again, and the child's data are deleted."""

    remind: timedelta
    remind_again: timedelta
    deadline: timedelta

    def next_after(self, asked_at: datetime, now: datetime) -> datetime:
        """When the next of the three is due; the deadline if all are past."""
        return next((asked_at + wait for wait in self if asked_at + wait > now), asked_at + self.deadline)


def ages() -> rules.Ages:
    settings = current_settings()
    return rules.Ages(settings.min_age, settings.min_own_account_age, settings.adult_age)


def waits() -> Waits:
    settings = current_settings()
    return Waits(*(timedelta(seconds=each) for each in (*settings.guardian_remind, settings.guardian_deadline)))


def erasure_grace() -> timedelta:
    """How long after "erase" a person may still change their mind."""
    return timedelta(seconds=current_settings().erasure_grace)


def is_minor(member: Member, today: date) -> bool:
    """Under age. Of an imported author no birthday is known: whoever brought the papers has said it of all of them."""
    birth = known_birth(member)
    return rules.age(*birth, today) < ages().adult if birth else member.minor


def known_birth(member: Member) -> tuple[int, int] | None:
    return (member.birth_year, member.birth_month) if member.birth_year and member.birth_month else None


def needs_guardian(birth: tuple[int, int] | None, today: date) -> bool:
    return birth is not None and rules.age(*birth, today) < ages().own


def under(member: Member, today: date) -> int | None:
    """The youngest of the portal's own ages that somebody has not reached; None for adults."""
    birth = known_birth(member)
    if birth is None:
        return ages().adult if member.minor else None
    years = rules.age(*birth, today)
    return next((age for age in (ages().own, ages().adult) if years < age), None)


def band(birth: tuple[int, int] | None, today: date) -> int:
    """How many of the portal's ages somebody has reached; all of them if no birthday is known."""
    return len(ages()) if birth is None else sum(rules.age(*birth, today) >= least for least in ages())
