"""The post itself: facts become letters, letters become due, a mail server in memory."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from sqlalchemy import select, update

from portal.database import db, now, transaction
from portal.notifications.failures import Failure
from portal.notifications.message import Answer, Message
from portal.notifications.models import Letter
from portal.outbox import services as outbox
from worker.reactions import REACTIONS


def relay() -> None:
    outbox.relay(REACTIONS)


def letter(kind: str) -> Letter:
    """The only letter of a kind, as it stands now."""
    db.session.expire_all()
    return db.session.scalars(select(Letter).where(Letter.kind == kind)).one()


def due_now() -> None:
    """Let the undo window pass."""
    with transaction():
        db.session.execute(update(Letter).where(Letter.state == "pending").values(next_at=now()))


class Sink:
    """A mail server in memory: keeps what it takes, and fails as told. A test may look around at each step."""

    def __init__(self, *failures: Failure | None, at_offer: Any = None, at_hand_over: Any = None) -> None:
        self.failures = list(failures)
        self.at_offer, self.at_hand_over = at_offer, at_hand_over
        self.taken: list[EmailMessage] = []
        self.senders: list[str] = []

    def offer(self, _message: Message) -> None:
        if self.at_offer:
            self.at_offer()
        if self.failures and (failure := self.failures.pop(0)):
            raise failure

    def hand_over(self, message: Message) -> Answer:
        if self.at_hand_over:
            self.at_hand_over()
        self.senders.append(message.sender)
        self.taken.append(message_from_bytes(message.content, policy=policy.default))
        return 250, b"taken"

    def close(self) -> None:
        pass

    @property
    def subjects(self) -> list[str]:
        return [message["Subject"] for message in self.taken]
