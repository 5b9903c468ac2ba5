"""DKIM (RFC 6376): our name under the bytes that leave. Needs the extra `dkim` and two settings; a relay may do it as well."""

from __future__ import annotations

from collections.abc import Callable
from email.utils import parseaddr

from portal.settings import Settings, SettingsError

SIGNED = (
    b"From", b"To", b"Subject", b"Date", b"Message-ID", b"MIME-Version", b"Content-Type",
    b"List-Id", b"List-Unsubscribe", b"List-Unsubscribe-Post", b"Feedback-ID", b"Auto-Submitted",
)  # fmt: skip
"""RFC 8058 demands a signature over both headers by which a letter is stopped."""
Signer = Callable[[bytes], bytes]
"""From a whole message to the header that goes before it."""


def signer_for(settings: Settings) -> Signer | None:
    """What signs this portal's letters; None if nothing is to. Raises SettingsError for a key that is none."""
    if settings.dkim_key is None:
        return None
    try:
        import dkim  # noqa: PLC0415  # an extra; most installations let their relay sign
        from dkim.crypto import UnparsableKeyError, parse_pem_private_key  # noqa: PLC0415
    except ImportError as error:
        raise SettingsError("DKIM_KEY is set, but dkimpy is not installed: docs/how-to/mail.md says how to.") from error
    try:
        key = settings.dkim_key.read_bytes()
        parse_pem_private_key(key)
    except (OSError, UnparsableKeyError) as error:
        raise SettingsError(
            f"DKIM_KEY: {settings.dkim_key} is no RSA key in PEM that can be read ({error})."
        ) from error
    domain = parseaddr(settings.mail_from)[1].rpartition("@")[2].encode("idna")
    selector = settings.dkim_selector.encode("ascii")

    def sign(message: bytes) -> bytes:
        present = {line.partition(b":")[0].lower() for line in message.partition(b"\r\n\r\n")[0].split(b"\r\n")}
        headers = [name for name in SIGNED if name.lower() in present]
        signed: bytes = dkim.sign(
            message, selector, domain, key, canonicalize=(b"relaxed", b"relaxed"), include_headers=headers
        )
        return signed

    return sign
