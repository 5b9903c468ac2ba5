"""What breaks in a storm, in random order."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any

from tests import postgres
from tests.faults.processes import Manners, Site
from tests.faults.report import Plan

BAD_MANNERS = Manners(later=0.20, refused=0.05, cut=0.02)


@dataclass
class Blows:
    """Every blow of a plan to one site, whose database is `server`."""

    site: Site
    server: Any
    plan: Plan
    say: Callable[[str], object] = print
    kills: int = 0
    without_broker: list[tuple[float, float]] = field(default_factory=list)

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
