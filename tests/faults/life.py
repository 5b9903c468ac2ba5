"""What goes on during a storm: members come, reminders fall due, a visitor reads and signs in."""

from __future__ import annotations

import time
from contextlib import suppress
from dataclasses import dataclass, field
from threading import Event
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from sqlalchemy import select
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from portal.accounts import services as accounts
from portal.accounts.events import MemberRegistered
from portal.accounts.models import Member
from portal.database import db, now, transaction
from portal.notifications.models import Letter
from portal.notifications.services import new_message_id
from portal.outbox import services as outbox
from tests.faults.processes import NO_ANSWER
from tests.faults.report import Plan

AWAY = (OperationalError, InterfaceError, PoolTimeout)
AT_MOST_ONCE_EVERY = 5  # facts


@dataclass
class Life:
    """Facts at the plan's rate, and requests to the web server at `port`."""

    plan: Plan
    port: int
    over: Event = field(default_factory=Event)
    requests: list[tuple[float, float]] = field(default_factory=list)  # (begun, seconds)
    asked: list[str] = field(default_factory=list)  # addresses whose request for a code was answered

    def happen(self) -> None:
        """Facts, at a steady rate; while the database is away they cannot happen."""
        began = time.monotonic()
        for n in range(self.plan.facts):
            time.sleep(max(0.0, began + n / self.plan.per_second - time.monotonic()))
            while not self.happened(n):
                time.sleep(0.2)

    def happened(self, n: int) -> bool:
        try:
            with transaction():
                if is_member(f"bao{n}@example.vn"):  # the answer was lost, the commit was not
                    return True
                member = accounts.add_member(f"bao{n}@example.vn", f"Người thứ {n}", now())
                outbox.record(MemberRegistered(member.id))
                if n % AT_MOST_ONCE_EVERY == 0:
                    db.session.add(self.reminder(member.id))
        except AWAY:
            db.session.rollback()
            return False
        return True

    def reminder(self, member_id: int) -> Letter:
        """A letter of the class that must never come twice."""
        moment = now()
        return Letter(
            kind="welcome",
            delivery="at_most_once",
            dedup_key=f"once:{member_id}",
            recipient_id=member_id,
            payload={},
            message_id=new_message_id("nay@example.vn"),
            next_at=moment,
            created_at=moment,
        )

    def visit(self) -> None:
        """A visitor reads a page and asks for a code, again and again."""
        n = 0
        while not self.over.wait(0.2):
            n += 1
            email = f"khach{n}@example.vn"
            self.timed("/quy-tac")
            if self.timed("/dang-nhap", {"email": email}):
                self.asked.append(email)

    def timed(self, path: str, form: dict[str, str] | None = None) -> bool:
        began = time.monotonic()
        try:
            with urlopen(self.request(path, form), timeout=20) as answer:
                return bool(answer.read())
        except NO_ANSWER:
            return False
        finally:
            self.requests.append((began, time.monotonic() - began))

    def request(self, path: str, form: dict[str, str] | None = None) -> Request:
        body = urlencode(form).encode() if form else None
        return Request(f"http://127.0.0.1:{self.port}{path}", body, {"Sec-Fetch-Site": "same-origin"})

    def answers(self) -> bool:
        with suppress(*NO_ANSWER), urlopen(self.request("/readyz"), timeout=2) as answer:
            return bool(answer.status == 200)
        return False

    def slowest(self, spans: list[tuple[float, float]]) -> float:
        """Seconds of the slowest request that was under way in one of these spans."""
        return max(
            (
                took
                for begun, took in self.requests
                if any(first <= begun + took and begun <= last for first, last in spans)
            ),
            default=0.0,
        )


def is_member(email: str) -> bool:
    return db.session.scalar(select(Member.id).where(Member.email == email)) is not None
