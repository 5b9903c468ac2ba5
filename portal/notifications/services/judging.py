"""What a failure makes of a letter: again later, never, or nobody can know."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import SystemRandom
from typing import Any

from portal.notifications.failures import Failure, Later, Lost, Refused, Unanswered
from portal.notifications.models import Letter

MAX_ATTEMPTS = 8  # of a letter that breaks us, or the connection
GIVE_UP_AFTER = timedelta(days=3)  # on a server that keeps saying "later", from the first time on
DELAYS = (2, 4, 8, 16, 32, 64, 128, 256, 512, 900)
"""Seconds until the next try, by the number of tries so far; the last holds from then on. Each is an upper bound:
the time is drawn between nothing and it, so that no herd comes back with a server."""
_random = SystemRandom()


def verdict(letter: Letter, failure: Failure, now: datetime) -> str:
    """The state a letter is in after a failure."""
    tired = letter.attempts + 1 >= MAX_ATTEMPTS
    match failure:
        case Refused():
            return "dead"
        case Later():  # greylisting and full mailboxes pass: time decides, not the number of tries
            return "dead" if now - (letter.put_off_at or now) > GIVE_UP_AFTER else "pending"
        case Lost() if letter.state == "claimed":  # what must not come twice had not begun to leave
            return "dead" if tired else "pending"
        case Unanswered():
            return "uncertain" if tired or letter.delivery == "at_most_once" else "pending"
        case _:
            return "dead" if tired else "pending"


def _may_have_left(letter: Letter, failure: Failure) -> bool:
    if isinstance(failure, Lost) and letter.delivery == "at_most_once":
        return letter.state == "sending"
    return isinstance(failure, Unanswered)


def after(letter: Letter, failure: Failure, now: datetime) -> dict[str, Any]:
    attempts = letter.attempts + 1
    wait = _random.uniform(0, DELAYS[min(attempts, len(DELAYS)) - 1])
    return {
        "state": verdict(letter, failure, now),
        "attempts": attempts,
        "repeat_risk": letter.repeat_risk + _may_have_left(letter, failure),
        "next_at": now + timedelta(seconds=wait),
        "put_off_at": letter.put_off_at or now if isinstance(failure, Later) else letter.put_off_at,
        "last_code": failure.code,
        "last_text": failure.text,
        "owner": None,
        "lease_until": None,
    }
