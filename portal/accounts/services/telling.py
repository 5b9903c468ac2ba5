"""Whatever changes how somebody signs in is written down for them, and a letter follows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from portal import text
from portal.accounts.credentials import SecurityEvent
from portal.accounts.events import SecurityChanged
from portal.database import db
from portal.outbox import services as outbox


@dataclass(frozen=True)
class Place:
    """Where somebody acts: what the browser says of itself, and the masked network."""

    device: str = ""
    network: str = ""


def tell(member_id: int, kind: str, place: Place, now: datetime, *, address: str | None = None) -> None:
    """Note the event; the fact makes the letter, to `address` if that is not the member's own (any more)."""
    event = SecurityEvent(
        member_id=member_id,
        kind=kind,
        at=now,
        device=text.normalise(place.device)[:200],
        network=place.network,
        address=address,
    )
    db.session.add(event)
    db.session.flush()
    outbox.record(SecurityChanged(event.id))


def latest(member_id: int, count: int = 8) -> list[SecurityEvent]:
    mine = select(SecurityEvent).where(SecurityEvent.member_id == member_id)
    return list(db.session.scalars(mine.order_by(SecurityEvent.id.desc()).limit(count)))
