"""Limits counted in the database, so that they hold while Redis is away."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select

from portal.accounts.models import RaisedLimit, RateHit
from portal.accounts.secrets import digest
from portal.database import db
from portal.errors import TooMany
from portal.settings import current_settings

LIMITS = {  # name: (uses, seconds)
    "code:account": (6, 3600),
    "code:address": (300, 3600),  # a school, or a mobile operator's thousand phones, sit behind one address
    "hold:address": (300, 3600),  # words of visitors who have not signed in
    "begun:address": (3000, 3600),  # clicks that are held and drafts, of whoever: rows that cost nobody an account
    "guess:account": (10, 300),  # wrong codes, passwords and second factors together
    "guess:account+address": (20, 3600),
    "guess:address": (30, 300),
    "guess:global": (1000, 300),
    "sms:account": (5, 86400),
    "sms:number": (5, 86400),  # nobody's telephone rings all day
    "sms:global": (2000, 3600),  # each costs money
    "raise:account": (20, 86400),
    "copy:account": (3, 3600),
    "token:account": (10, 86400),
    "guardian:letter": (3, 3600),
    "letter:mailbox": (20, 86400),  # to an address that somebody only names, from however many accounts
    "idea:account": (20, 3600),
    "comment:account": (30, 3600),
    "report:account": (20, 3600),
    "vote:account": (120, 600),
    "invite:account": (20, 86400),
    "export:account": (10, 3600),
    "upload:account": (40, 3600),
}
RAISED = 10  # times as many, for a network an organiser vouches for


def take(name: str, who: str, now: datetime) -> None:
    """Use one of `who`'s chances at `name`. Raises TooMany when the window is full.

    Counted and written in the caller's transaction. `LIMITS=off` ends here: nobody else asks for it.
    """
    if not current_settings().limits:
        return
    uses, seconds = LIMITS[name]
    key = f"{name}:{who}"
    if who:  # one count for everybody is not worth a queue of everybody
        queue_for(key)
    recent = select(func.count(), func.min(RateHit.at)).where(
        RateHit.key == key, RateHit.at > now - timedelta(seconds=seconds)
    )
    count, first = db.session.execute(recent).one()
    if count >= uses * _times(name, who, now, full=count >= uses):
        raise TooMany(int(seconds - (now - first).total_seconds()) + 1)
    db.session.add(RateHit(key=key, at=now))
    db.session.flush()


def take_mailbox(address: str, now: datetime) -> None:
    """Use one of the letters that others may cause at an address they have not proven. Raises TooMany."""
    take("letter:mailbox", digest(address), now)


def _times(name: str, network: str, now: datetime, *, full: bool) -> int:
    """The factor of a limit, looked up only when it is full. Networks can be raised, accounts cannot."""
    if not full or not name.endswith(":address"):
        return 1
    live = select(RaisedLimit.id).where(RaisedLimit.key == network, RaisedLimit.until > now).limit(1)
    return RAISED if db.session.scalar(live) else 1


def give_back(name: str, who: str) -> None:
    """What was taken last does not count after all."""
    if not current_settings().limits:
        return
    key = f"{name}:{who}"
    last = select(func.max(RateHit.id)).where(RateHit.key == key).scalar_subquery()
    db.session.execute(delete(RateHit).where(RateHit.id == last).execution_options(synchronize_session=False))


def queue_for(key: str) -> None:
    """Wait until nobody else's transaction holds `key`: fifty at once are counted one by one.

    SQLite has one writer anyway.
    """
    if db.engine.dialect.name == "postgresql":
        db.session.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(key, 0))))


def sweep(now: datetime) -> None:
    """Delete what no window looks at any more: one walk through the table, whatever the number of limits."""
    longest = max(seconds for _, seconds in LIMITS.values())  # of limits whose name is no more
    over = [RateHit.at < now - timedelta(seconds=longest)]
    for name, (_, seconds) in LIMITS.items():
        over.append(RateHit.key.startswith(f"{name}:") & (RateHit.at < now - timedelta(seconds=seconds)))
    db.session.execute(delete(RateHit).where(or_(*over)).execution_options(synchronize_session=False))
