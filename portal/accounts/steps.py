"""Signing in as one state machine: what is proven so far decides what is asked for next.

Members prove one thing, the mailbox (six digits) or the password, and then their second factor if they have one.
Staff and jurors, where it is strict, prove the password and the second factor. The mailbox only lets them choose a
first password, set up a first factor, or, with the second factor, replace a forgotten password: it never stands in for
either.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from portal.accounts.credentials import Factors
from portal.accounts.models import Member, SignInAttempt


@dataclass(frozen=True)
class Demands:
    """`strict`: staff and jurors need a password and a second factor. `within`: how long a proof counts (RESET_TTL)."""

    strict: bool
    within: timedelta


class Step(StrEnum):
    """The names are those of the pages."""

    CODE = "code"
    REGISTER = "register"
    PASSWORD = "password"  # noqa: S105
    CHOOSE_PASSWORD = "first_password"  # noqa: S105
    SECOND_FACTOR = "second_factor"
    SET_UP_FACTOR = "first_factor"
    DONE = "done"


def next_step(attempt: SignInAttempt, member: Member | None, factors: Factors, now: datetime, demands: Demands) -> Step:
    """What to ask for now. A used attempt stays at the code, where the page says so."""
    proofs = attempt.proofs(now, demands.within)
    if attempt.used_at or not proofs & {"code", "password"}:
        return Step.CODE
    if member is None:
        return Step.REGISTER if "code" in proofs else Step.CODE
    staff = demands.strict and member.holds_a_role
    if staff and "password" not in proofs:
        return _without_password(member, factors, proofs)
    if factors:
        return Step.DONE if "second" in proofs else Step.SECOND_FACTOR
    if staff:
        return Step.SET_UP_FACTOR if "code" in proofs else Step.CODE
    return Step.DONE


def _without_password(member: Member, factors: Factors, proofs: set[str]) -> Step:
    """Staff who proved their mailbox. Who has no password yet chooses one; who forgot it proves the factor before."""
    if "second" in proofs or (not factors and member.password_hash is None):
        return Step.CHOOSE_PASSWORD
    return Step.SECOND_FACTOR if member.password_hash is None else Step.PASSWORD


def may_prove_second(attempt: SignInAttempt, factors: Factors, now: datetime, demands: Demands) -> bool:
    """Whether the second factor may be asked for: also from the page that asks for a password somebody forgot."""
    proofs = attempt.proofs(now, demands.within)
    return not attempt.used_at and bool(factors) and bool(proofs & {"code", "password"}) and "second" not in proofs
