"""Signed words in the links of a letter: they say whose choice is changed, without anybody signing in."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache

from itsdangerous import BadData, Signer, TimestampSigner

from portal.notifications.categories import ALWAYS, CATEGORIES, DIGEST

LIFETIME = timedelta(days=30)


def ways_out(secret_key: str, member_id: int | None, category: str) -> dict[str, tuple[str, str]]:
    """How somebody stops letters of a category, and chooses among all, as (endpoint, ticket). Empty if they always come."""
    if category == ALWAYS or member_id is None:
        return {}
    return {
        "stop": ("notifications.unsubscribe", for_stopping(secret_key, member_id, category)),
        "choices": ("notifications.choices_by_ticket", for_choosing(secret_key, member_id)),
    }


def for_stopping(secret_key: str, member_id: int, category: str) -> str:
    """Stops one category. It does not expire: whoever finds an old letter a nuisance may still say so."""
    return _stopping(secret_key).sign(f"{member_id}-{category}").decode()


def read_stopping(secret_key: str, ticket: str) -> tuple[int, str] | None:
    """(member id, category), or None if we did not write it."""
    try:
        member_id, _, category = _stopping(secret_key).unsign(ticket).decode().partition("-")
    except (BadData, ValueError):
        return None
    return (int(member_id), category) if category in {*CATEGORIES, DIGEST} else None


def for_choosing(secret_key: str, member_id: int) -> str:
    """Opens the page of choices for 30 days."""
    return _choosing(secret_key).sign(str(member_id)).decode()


def read_choosing(secret_key: str, ticket: str) -> int | None:
    """The member id, or None if we did not write it or it is too old."""
    try:
        return int(_choosing(secret_key).unsign(ticket, max_age=int(LIFETIME.total_seconds())))
    except (BadData, ValueError):
        return None


@lru_cache(maxsize=2)
def _stopping(secret_key: str) -> Signer:
    return Signer(secret_key, salt="stop letters")


@lru_cache(maxsize=2)
def _choosing(secret_key: str) -> TimestampSigner:
    return TimestampSigner(secret_key, salt="choose letters")
