"""What the world's name servers say of the domain our letters come from: SPF, DKIM, DMARC."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable
from email.utils import parseaddr

import dns.exception
import dns.resolver
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from portal.settings import Settings

WAIT = 3.0  # seconds
Lookup = Callable[[str], list[str]]


def texts(name: str) -> list[str]:
    """The TXT records of a name; none if there are none. Raises DNSException if nobody answers."""
    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=WAIT)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    return [b"".join(record.strings).decode("ascii", "replace") for record in answer]


def faults(settings: Settings, lookup: Lookup = texts) -> list[str]:
    """What is missing or wrong, each as one sentence that says which record to publish."""
    domain = parseaddr(settings.mail_from)[1].rpartition("@")[2]
    sender = (settings.bounce_address or f"@{domain}").rpartition("@")[2]
    try:
        found = [_spf(sender, lookup), _dmarc(domain, lookup), _dkim(settings, domain, lookup)]
    except dns.exception.DNSException as error:
        return [f"the name servers cannot be asked ({type(error).__name__})."]
    return [fault for fault in found if fault]


def _spf(domain: str, lookup: Lookup) -> str:
    known = [text for text in lookup(domain) if text.lower().startswith("v=spf1")]
    if len(known) == 1:
        return ""
    return f"{domain} has {len(known)} SPF records where one is due; publish TXT 'v=spf1 … -all' naming your relay."


def _dmarc(domain: str, lookup: Lookup) -> str:
    parent = domain.partition(".")[2]
    names = [f"_dmarc.{domain}", *([f"_dmarc.{parent}"] if "." in parent else [])]
    if any(text.lower().startswith("v=dmarc1") for name in names for text in lookup(name)):
        return ""
    return f"there is no DMARC record; publish TXT at _dmarc.{domain}: 'v=DMARC1; p=quarantine'."


def _dkim(settings: Settings, domain: str, lookup: Lookup) -> str:
    """Asked only if we sign ourselves: the selector of a relay is not known here."""
    if settings.dkim_key is None:
        return ""
    name = f"{settings.dkim_selector}._domainkey.{domain}"
    try:
        wanted = public_key(settings.dkim_key.read_bytes())
    except (OSError, ValueError) as error:
        return f"DKIM_KEY cannot be read ({error})."
    if any(f"p={wanted}" in text.replace(" ", "") for text in lookup(name)):
        return ""
    return f"{name} does not hold our key; publish TXT 'v=DKIM1; k=rsa; p={wanted}'."


def public_key(pem: bytes) -> str:
    """What DNS has to say of a private key."""
    key = load_pem_private_key(pem, password=None).public_key()
    return b64encode(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode("ascii")
