"""Tokens, codes and passwords: what is kept of them, and how they are made."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
import unicodedata
from threading import BoundedSemaphore

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

_passwords = PasswordHash((Argon2Hasher(memory_cost=19_456, time_cost=2, parallelism=1),))  # OWASP's Argon2id setting
_two_at_a_time = BoundedSemaphore(2)  # fifty people at the door must not stop those inside
_NOBODY = _passwords.hash("nobody")


def new_token() -> str:
    """256 random bits as 43 URL-safe characters."""
    return secrets.token_urlsafe(32)


def digest(token: str) -> str:
    """What is stored of a token: its SHA-256, hexadecimal."""
    return hashlib.sha256(token.encode()).hexdigest()


def keyed(secret_key: str, purpose: str, value: str) -> str:
    """HMAC-SHA-256, hexadecimal: a name for a value that says nothing of it."""
    return hmac.new(secret_key.encode(), f"{purpose}\0{value}".encode(), hashlib.sha256).hexdigest()


def seal(secret_key: str, purpose: str, value: str) -> str:
    """80 bits of the same as sixteen letters and digits that can be copied by hand: what we alone can write."""
    return base64.b32encode(bytes.fromhex(keyed(secret_key, purpose, value)))[:16].decode()


def six_digits(secret_key: str, token: str) -> str:
    """The code that goes with an attempt: derived, so the database never holds it."""
    return f"{int(keyed(secret_key, 'sign-in code', token), 16) % 1_000_000:06d}"


def same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(), other.encode())


def hash_password(password: str) -> str:
    with _two_at_a_time:
        return _passwords.hash(_as_typed(password))


def password_fits(password: str, kept: str | None) -> bool:
    """Takes as long for an account that has no password, or does not exist, as for one that has."""
    with _two_at_a_time:
        return _passwords.verify(_as_typed(password), kept or _NOBODY) and kept is not None


def _as_typed(password: str) -> str:
    """Two keyboards may send "ậ" as one character or as three; the password is the same."""
    return unicodedata.normalize("NFKC", password)
