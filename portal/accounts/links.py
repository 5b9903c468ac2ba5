"""Links in letters to people without an account: a random key of the row, signed and dated, so that they age."""

from __future__ import annotations

from itsdangerous import BadData, SignatureExpired, URLSafeTimedSerializer

from portal.settings import Settings


def guardian_token(settings: Settings, key: str) -> str:
    """What stands in the address of the guardian's page."""
    return str(_signer(settings).dumps(key))


def read_guardian_token(settings: Settings, token: str) -> tuple[str, bool] | None:
    """The key, and whether the link is still young enough to act by; None if we never made it."""
    try:
        return str(_signer(settings).loads(token, max_age=settings.guardian_link)), True
    except SignatureExpired as old:
        return str(_signer(settings).load_payload(old.payload or b"")), False
    except BadData:
        return None


def _signer(settings: Settings) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(settings.secret_key, salt="guardian")
