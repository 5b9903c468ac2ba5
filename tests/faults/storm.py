"""Everything that can break breaks, in random order, while facts happen. What must be true afterwards is asked of rows.

`tests/faults/test_storm.py` runs a short one; `python -m bench.storm` the whole one.
"""

from __future__ import annotations

import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import flask_migrate
from apiflask import APIFlask
from sqlalchemy import func, select
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from portal.accounts import services as accounts
from portal.accounts.events import MemberRegistered
from portal.accounts.models import Member, SignInAttempt
from portal.app import create_app
from portal.database import db, now, transaction
from portal.notifications.models import LIVE, Letter
from portal.notifications.services import new_message_id
from portal.outbox import services as outbox
from portal.outbox.models import Fact
from portal.settings import Settings
from tests import postgres
from tests.faults.processes import Manners, Site, wait_for

AWAY = (OperationalError, InterfaceError, PoolTimeout)
REPEATS_PER_KILL = 2
LONGEST_REQUEST = 2.0  # seconds, while the broker is away or frozen
CATCH_UP, PER_SECOND = 30.0, 40.0
BAD_MANNERS = Manners(later=0.20, refused=0.05, cut=0.02)
AT_MOST_ONCE_EVERY = 5  # facts


@dataclass(frozen=True)
class Plan:
    """How much happens, how fast, for how long things are away, and in which order (`seed`)."""

    facts: int
    per_second: float
    away: float  # seconds
    kills: int = 5
    seed: int = 6
    patience: float = 240.0  # seconds for what is left when all is well again


@dataclass
class Report:
    """What came of it."""

    facts: int = 0
    not_ended: int = 0
    states: Counter[str] = field(default_factory=Counter)
    missing: int = 0
    repeats: int = 0
    other_repeats: int = 0  # of what the server kept without saying so
    twice_at_most_once: int = 0
    kills: int = 0
    requests: int = 0
    slowest_without_broker: float = 0.0
    unanswered_codes: int = 0
    backlog: int = 0
    catch_up: float = 0.0

    @property
    def allowed_catch_up(self) -> float:
        return CATCH_UP + self.backlog / PER_SECOND


@dataclass
class Storm:
    """One storm over one site whose database is `server`."""

    site: Site
    server: Any
    plan: Plan
    port: int
    say: Callable[[str], object] = print
    over: threading.Event = field(default_factory=threading.Event)
    requests: list[tuple[float, float]] = field(default_factory=list)  # (begun, seconds)
    asked: list[str] = field(default_factory=list)  # addresses whose request for a code was answered
    without_broker: list[tuple[float, float]] = field(default_factory=list)
    kills: int = 0

    def run(self) -> Report:
        everything = (self.site.worker, self.site.scheduler, self.site.web)
        for process in everything:
            process.start()
        wait_for(self.answers, 30, "the first page")
        threads = [threading.Thread(target=self.in_app(work)) for work in (self.happen, self.visit)]
        for thread in threads:
            thread.start()
        self.rage()
        threads[0].join()
        self.over.set()
        threads[1].join()
        return self.report(*self.wait_until_settled())

    # --- what goes on meanwhile -----------------------------------------------------------------

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
        except OSError:
            return False
        finally:
            self.requests.append((began, time.monotonic() - began))

    def request(self, path: str, form: dict[str, str] | None = None) -> Request:
        body = urlencode(form).encode() if form else None
        return Request(f"http://127.0.0.1:{self.port}{path}", body, {"Sec-Fetch-Site": "same-origin"})

    def answers(self) -> bool:
        with suppress(OSError), urlopen(self.request("/readyz"), timeout=2) as answer:
            return bool(answer.status == 200)
        return False

    # --- what breaks ----------------------------------------------------------------------------

    def rage(self) -> None:
        """Every blow once, in random order, spread over the time in which facts happen."""
        blows = [self.kill_worker] * self.plan.kills + [self.flush] * 2
        blows += [self.take_broker_away, self.freeze_broker, self.take_mail_away]
        blows += [self.kill_database, self.kill_web, self.kill_scheduler]
        Random(self.plan.seed).shuffle(blows)
        lasting = 3 * self.plan.away
        pause = max(0.5, (self.plan.facts / self.plan.per_second - lasting) / (len(blows) + 1))
        began = time.monotonic()
        for blow in blows:
            time.sleep(pause)
            self.say(f"{time.monotonic() - began:6.1f} s  {blow.__name__.replace('_', ' ')}")
            blow()
        time.sleep(pause)
        self.site.sink.manners = Manners()

    def kill_worker(self) -> None:
        self.kills += 1
        self.site.worker.restart_after_kill()

    def flush(self) -> None:
        self.site.redis().flushall()

    def take_broker_away(self) -> None:
        with self.no_broker():
            self.site.broker.kill()
            time.sleep(self.plan.away)
        self.site.start_broker()

    def freeze_broker(self) -> None:
        with self.no_broker():
            self.site.broker.send(signal.SIGSTOP)
            time.sleep(self.plan.away)
        self.site.broker.send(signal.SIGCONT)

    @contextmanager
    def no_broker(self) -> Iterator[None]:
        began = time.monotonic()
        yield
        self.without_broker.append((began, time.monotonic()))

    def take_mail_away(self) -> None:
        """And when it is back it puts off, refuses, and breaks off."""
        self.site.sink.stop()
        time.sleep(self.plan.away)
        self.site.sink.manners = BAD_MANNERS
        self.site.sink.start()

    def kill_database(self) -> None:
        postgres.kill(self.server)
        self.server.ensure_postgres_running()

    def kill_web(self) -> None:
        self.site.web.restart_after_kill()

    def kill_scheduler(self) -> None:
        self.site.scheduler.restart_after_kill()

    # --- afterwards -----------------------------------------------------------------------------

    def wait_until_settled(self) -> tuple[int, float]:
        """How much was left when all was well again, and how long that took."""
        backlog, began = self.left(), time.monotonic()
        with suppress(TimeoutError):  # the report tells
            wait_for(lambda: self.left() == 0, self.plan.patience, "the last letter")
        return backlog, time.monotonic() - began

    def left(self) -> int:
        db.session.rollback()
        open_facts = select(func.count()).where(Fact.state == "open").scalar_subquery()
        live = select(func.count()).where(Letter.state.in_(LIVE)).scalar_subquery()
        return db.session.scalar(select(open_facts + live)) or 0

    def report(self, backlog: int, catch_up: float) -> Report:
        db.session.rollback()
        rows = db.session.execute(select(Letter.message_id, Letter.state, Letter.delivery, Letter.dedup_key)).all()
        copies = self.site.sink.copies
        unsaid = self.site.sink.kept_unsaid
        extra = {message_id: n - 1 for message_id, n in copies.items() if n > 1}
        keys = {row.dedup_key for row in rows}
        facts = db.session.execute(select(Fact.name, Fact.state, Fact.payload)).all()
        no_letter = sum(key_of(fact) not in keys for fact in facts)
        return Report(
            facts=len(facts),
            not_ended=sum(fact.state != "relayed" for fact in facts)
            + sum(row.state in LIVE for row in rows)
            + no_letter,
            states=Counter(row.state for row in rows),
            missing=sum(row.state == "sent" and row.message_id not in copies for row in rows),
            repeats=sum(n for message_id, n in extra.items() if message_id not in unsaid),
            other_repeats=sum(n for message_id, n in extra.items() if message_id in unsaid),
            twice_at_most_once=sum(row.delivery == "at_most_once" and copies[row.message_id] > 1 for row in rows),
            kills=self.kills,
            requests=len(self.requests),
            slowest_without_broker=max((took for _, took in self.during_no_broker()), default=0.0),
            unanswered_codes=len(set(self.asked) - asked_for()),
            backlog=backlog,
            catch_up=catch_up,
        )

    def during_no_broker(self) -> list[tuple[float, float]]:
        return [
            (begun, took)
            for begun, took in self.requests
            if any(first <= begun + took and begun <= last for first, last in self.without_broker)
        ]

    def in_app(self, work: Callable[[], None]) -> Callable[[], None]:
        def run() -> None:
            with self.site.app.app_context():
                work()

        return run


def is_member(email: str) -> bool:
    return db.session.scalar(select(Member.id).where(Member.email == email)) is not None


def asked_for() -> set[str]:
    return set(db.session.scalars(select(SignInAttempt.email)))


def key_of(fact: Any) -> str:
    """The key of the letter that a fact of the storm must have led to."""
    if fact.name == "MemberRegistered":
        return f"welcome:{fact.payload['member_id']}"
    return f"sign_in_code:{fact.payload['attempt_id']}"


@contextmanager
def own_database(folder: Path, port: int) -> Iterator[tuple[APIFlask, Any]]:
    """A portal on a PostgreSQL of its own, which can be killed without harming anybody else's tests."""
    server = postgres.serve()
    env = {"VAR_DIR": str(folder), "SECRET_KEY": "storm", "BASE_URL": f"http://127.0.0.1:{port}", "LIMITS": "off"}
    app = create_app(Settings.from_env({**env, "DATABASE_URL": postgres.url_of(server)}))
    with app.app_context():
        flask_migrate.upgrade()
        db.engine.dispose()
    try:
        yield app, server
    finally:
        with app.app_context():
            db.engine.dispose()
        server.cleanup()
