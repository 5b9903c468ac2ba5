"""The way to a device: Web Push (RFC 8030), encrypted for the browser (RFC 8291), signed with our key (RFC 8292).

The address of a device comes from its browser, so only the known push services are ever asked (`PUSH_HOSTS` adds others).
"""

from __future__ import annotations

import base64
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from portal.notices.models import PushSubscription
from portal.settings import Settings

log = logging.getLogger(__name__)

SERVICES = ("fcm.googleapis.com", "push.services.mozilla.com", "push.apple.com", "notify.windows.com")
WAIT = (2.0, 2.0)  # seconds to connect and to answer: ten slow devices of a member take less than a task may
KEEP = 86_400  # seconds the service keeps it for a device that is off
GONE = {404, 410}


@dataclass(frozen=True)
class Outcome:
    """`gone`: nobody will ever be there again."""

    ok: bool
    gone: bool = False


def may_be_asked(endpoint: str, settings: Settings) -> bool:
    """Whether an address is one of a push service, and not of a machine beside ours."""
    parts = urlsplit(endpoint)
    if parts.netloc in settings.push_hosts:
        return True
    host = parts.hostname or ""
    known = any(host == service or host.endswith(f".{service}") for service in SERVICES)
    return parts.scheme == "https" and known and parts.port is None and "@" not in parts.netloc


@contextmanager
def connected() -> Iterator[Any]:
    """Connections that are kept for as long as there is something to say."""
    from requests import Session  # noqa: PLC0415  # as below

    with Session() as session:
        session.max_redirects = 0  # nobody leads us elsewhere
        session.trust_env = False
        yield session


def send(device: PushSubscription, words: dict[str, Any], settings: Settings, session: Any) -> Outcome:
    """Hand a message over. Never raises for what the service or the device does."""
    if not settings.vapid_private_key or not may_be_asked(device.endpoint, settings):
        return Outcome(ok=False, gone=True)
    # Loaded at the first message: it brings half a second and 20 MB that a portal without devices does not pay.
    from pywebpush import WebPushException, webpush  # noqa: PLC0415
    from requests import RequestException  # noqa: PLC0415

    try:
        webpush(
            {"endpoint": device.endpoint, "keys": {"p256dh": device.p256dh, "auth": device.auth}},
            json.dumps(words),
            vapid_private_key=settings.vapid_private_key,
            vapid_claims={"sub": f"mailto:{settings.contact}"},
            ttl=KEEP,
            timeout=WAIT,
            requests_session=session,
        )
    except WebPushException as error:
        status = error.response.status_code if error.response is not None else None
        log.info("push: %s says %s", urlsplit(device.endpoint).hostname, status)
        return Outcome(ok=False, gone=status in GONE)
    except (RequestException, ValueError) as error:  # ValueError: keys that are no keys
        log.info("push: %s: %s", urlsplit(device.endpoint).hostname, type(error).__name__)
        return Outcome(ok=False, gone=isinstance(error, ValueError))
    return Outcome(ok=True)


def public_key(private_key: str) -> str:
    """What a browser needs to know whom to take messages from."""
    number = int.from_bytes(base64.urlsafe_b64decode(private_key + "=" * (-len(private_key) % 4)), "big")
    point = ec.derive_private_key(number, ec.SECP256R1()).public_key()
    return _encoded(point.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def new_private_key() -> str:
    return _encoded(ec.generate_private_key(ec.SECP256R1()).private_numbers().private_value.to_bytes(32, "big"))


def _encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")
