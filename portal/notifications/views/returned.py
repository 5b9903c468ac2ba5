"""Where mail providers report what came back. Signed, because whoever could forge a report could silence somebody."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import Any

from flask import request

from portal.database import db, now, transaction
from portal.errors import Missing
from portal.notifications import bounces, preferences, returning
from portal.notifications.bounces import Returned
from portal.notifications.models import Letter
from portal.notifications.views.blueprint import pages
from portal.settings import current_settings
from portal.text import normalise
from portal.web.access import public
from portal.web.security import carries_its_own_proof

FRESH = 300  # seconds
MOST = 500


@pages.post("/mail/returned")
@public
@carries_its_own_proof
def returned() -> Any:
    """Take a report: a delivery status notification as it came, or JSON (docs/how-to/mail.md)."""
    settings = current_settings()
    body = request.get_data()
    if settings.bounce_secret is None or not _is_signed(settings.bounce_secret, body):
        raise Missing
    if request.mimetype == "application/json":
        found, complaints = _events(body)
        mail = bounces.Mail(found)
    else:
        mail, complaints = bounces.read(body, settings.secret_key), []
    moment = now()
    with transaction():
        wished = returning.act_on(mail, settings.secret_key, moment)
        for letter_id in complaints:
            _stop(letter_id)
    return {"taken": len(mail.returned) + len(complaints) + wished}


def _is_signed(secret: str, body: bytes) -> bool:
    """X-Signature is the HMAC-SHA-256 of '<X-Timestamp>.<body>', and the time is now: an old report says nothing new."""
    stamp, given = request.headers.get("X-Timestamp", ""), request.headers.get("X-Signature", "")
    wanted = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    fresh = stamp.isdecimal() and len(stamp) < 12 and abs(time.time() - int(stamp)) < FRESH
    return fresh and hmac.compare_digest(given.encode(), wanted.encode())


def _events(body: bytes) -> tuple[list[Returned], list[int]]:
    """What came back, and of which letters people complained. What we cannot read is left out."""
    try:
        events = json.loads(body)["events"]
    except (ValueError, KeyError, TypeError, RecursionError):
        events = []
    found, complaints = [], []
    for event in events[:MOST] if isinstance(events, list) else []:
        letter_id = bounces.letter_of(str(event.get("message_id", ""))) if isinstance(event, dict) else None
        if letter_id is None:
            continue
        if event.get("type") == "complaint":
            complaints.append(letter_id)
        elif event.get("type") == "bounce":
            code, text = (normalise(str(event.get(name, ""))) for name in ("code", "text"))
            hard = event.get("class") == "hard" and (bounces.is_hard(code) if code[1:2] == "." else True)
            found.append(Returned(letter_id, hard=hard, code=code[:12], text=text[:300]))
    return found, complaints


def _stop(letter_id: int) -> None:
    """Who calls a letter spam gets none that can be turned off."""
    letter = db.session.get(Letter, letter_id)
    if letter is not None and letter.recipient_id is not None:
        preferences.stop_all(letter.recipient_id)
