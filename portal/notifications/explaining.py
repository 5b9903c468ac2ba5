"""The signed number of a letter, for the link at its foot. It does not expire: a letter may be old and still puzzling."""

from __future__ import annotations

from functools import lru_cache

from itsdangerous import BadData, Signer


def write(secret_key: str, letter_id: int) -> str:
    return _signed(secret_key).sign(str(letter_id)).decode()


def read(secret_key: str, ticket: str) -> int | None:
    """The letter's id, or None if we did not write it."""
    try:
        return int(_signed(secret_key).unsign(ticket))
    except (BadData, ValueError):
        return None


@lru_cache(maxsize=2)
def _signed(secret_key: str) -> Signer:
    return Signer(secret_key, salt="why this letter")
