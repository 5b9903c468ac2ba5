"""The signed number of a letter, for the link at its foot. It does not expire: a letter may be old and still puzzling."""

from __future__ import annotations

from functools import lru_cache

from itsdangerous import BadData, URLSafeSerializer


def write(secret_key: str, letter_id: int) -> str:
    return str(_signed(secret_key).dumps(letter_id))


def read(secret_key: str, ticket: str) -> int | None:
    """The letter's id, or None if we did not write it."""
    try:
        letter_id: int = _signed(secret_key).loads(ticket)
    except (BadData, ValueError):
        return None
    return letter_id


@lru_cache(maxsize=2)
def _signed(secret_key: str) -> URLSafeSerializer:
    return URLSafeSerializer(secret_key, salt="why this letter")
